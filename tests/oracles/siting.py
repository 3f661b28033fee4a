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
