"""Every choice of sites tried, and every way to allot areas to them: what a plan may be at best."""

from itertools import combinations, product


def best(problem, value, *, most=False):
    """The best value over all sites that are allowed; value: of a tuple of sites."""
    allowed = [site for site in range(problem.minutes.shape[1]) if site not in problem.forbidden]
    found = [
        value(sites) for sites in combinations(allowed, problem.sites) if set(problem.forced) <= set(sites) and value(sites) is not None
    ]
    return (max if most else min)(found) if found else None


def attending(problem, coming, sites):
    """People who come to the site to which most of each area come."""
    return sum(weight * max(row[site] for site in sites) for weight, row in zip(problem.weight, coming, strict=True))


def least_within_limits(costs, sites, load, *, least, most):
    """The least costs over all ways to send whole areas to these sites with each site's load within limits; None where there is none."""
    found = None
    for chosen in product(sites, repeat=len(costs)):
        loads = {site: sum(load[area] for area, to in enumerate(chosen) if to == site) for site in sites}
        if all(least <= each <= most for each in loads.values()):
            total = sum(costs[area][site] for area, site in enumerate(chosen))
            found = total if found is None else min(found, total)
    return found


def best_with_vehicles(costs, left, problem, limits):
    """The most load that whole weeks can hold, over all sites and every way to send areas to them or nowhere, and the least costs of what
    holds as much to one in two hundred; None where nothing is possible."""
    load, terms, exempt, ways = limits.load, limits.fleet, limits.exempt, []
    least, most = limits.least or 0.0, limits.most or float("inf")
    for sites in combinations(sorted(set(range(problem.minutes.shape[1])) - set(problem.forbidden)), problem.sites):
        if not set(problem.forced) <= set(sites):
            continue
        for chosen in product((None, *sites), repeat=len(load)):
            loads = {site: sum(load[area] for area, to in enumerate(chosen) if to == site) for site in sites if site not in exempt}
            weeks = [_weeks_for(work, terms) for work in loads.values()]
            if not _can_share(weeks, terms):
                continue
            if all(least <= work <= most for work in loads.values()):
                seen = sum(load[area] for area, to in enumerate(chosen) if to is not None)
                ways.append((seen, sum(left[area] if to is None else costs[area][to] for area, to in enumerate(chosen))))
    if not ways:
        return None
    seen = max(way[0] for way in ways)
    return seen, min(way[1] for way in ways if way[0] >= seen * 0.995 - 1e-9)


def _can_share(weeks, terms):
    """Whether some way to give each stop to one vehicle leaves none with more weeks than there are."""
    return any(
        all(sum(stay for stay, of in zip(weeks, way, strict=True) if of == vehicle) <= terms.weeks for vehicle in way)
        for way in product(range(terms.vehicles), repeat=len(weeks))
    )


def _weeks_for(work, terms):
    """Whole weeks of five days, of which those of towing see nobody, tried one after the other."""
    weeks = max(terms.least_weeks, 1)
    while terms.slots * (weeks * 5 - terms.towing_days) / 5 < work - 1e-9:
        weeks += 1
    return weeks
