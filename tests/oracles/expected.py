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
