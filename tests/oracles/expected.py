"""Expected events by indirect standardisation, area by area and band by band, with what is done about cells without a figure."""


def by_bands(cells, totals):
    """cells: for each area a dict band -> (events or None, people or None). totals: for each area (events, people) of everybody.

    Who is in no band that has a rate is taken at the rate of the whole; all is then brought to the events that there are.
    """
    events, people = {}, {}
    for area in cells:
        for band, (count, number) in area.items():
            if count is not None and number is not None:
                events[band] = events.get(band, 0.0) + count
                people[band] = people.get(band, 0.0) + number
    whole = sum(total for total, _ in totals) / sum(number for _, number in totals)
    usual = []
    for area, (_, everybody) in zip(cells, totals, strict=True):
        there = {band: number for band, (_, number) in area.items() if number is not None and people.get(band, 0) > 0}
        rest = max(everybody - sum(there.values()), 0.0)
        usual.append(sum(number * events[band] / people[band] for band, number in there.items()) + rest * whole)
    scale = sum(total for total, _ in totals) / sum(usual)
    return [one * scale for one in usual]


def by_census(residents, world, areas):
    """residents: for each area a list of people of 0-4, 5-9, ... 85 and over. world: band (first age, last age or None) -> (events or None,
    people), with the world's total under None. areas: for each area (events, people), both published.

    People of an area are of its residents' ages, of those that any band counts; bands without events share what the total leaves over.
    """
    total, everybody = world[None]
    bands = {ages: counts for ages, counts in world.items() if ages is not None}
    shown = {ages: (events, people) for ages, (events, people) in bands.items() if events is not None}
    left = max(total - sum(events for events, _ in shown.values()), 0)
    rest = everybody - sum(people for _, people in shown.values())
    rate = {ages: shown[ages][0] / shown[ages][1] if ages in shown else left / rest for ages in bands}
    usual = []
    for groups, (_, people) in zip(residents, areas, strict=True):
        at_risk, counted = 0.0, 0.0
        for age in range(90):
            here = groups[age // 5] / 5
            for (first, last), risk in rate.items():
                if first <= age and (last is None or age <= last):
                    at_risk += here * risk
                    counted += here
        usual.append(people * at_risk / counted)
    scale = sum(events for events, _ in areas) / sum(usual)
    return [one * scale for one in usual]
