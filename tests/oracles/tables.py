"""Means, quantiles and life tables worked out one value at a time."""

import math
import statistics


def mean(values):
    """(mean, sample deviation); the deviation is None for one value."""
    return statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None


def quantiles(values, count, highest_first):
    """The quantile of each value, None where there is none."""
    known = [v for v in values if v is not None]
    if len(known) < count:
        return [None] * len(values)
    found = []
    for value in values:
        if value is None:
            found.append(None)
            continue
        before = sum(1 for other in known if (other > value if highest_first else other < value))
        from_the_end = len(known) - before
        # How many quantiles, taken from the far end, are needed to hold so many values.
        taken = next(q for q in range(1, count + 1) if q * len(known) >= from_the_end * count)
        found.append(count + 1 - taken)
    return found


WIDTHS = [1, 4] + [5] * 17


def life_table(deaths, people):
    """(expectancy, standard error) at each of 20 ages, by a cohort of 100,000 followed band by band."""
    alive, years, dying, kept = 100_000.0, [], [], [100_000.0]
    for at, width in enumerate(WIDTHS):
        lived = 0.1 if at == 0 else 0.5
        rate = deaths[at] / people[at]
        q = min(1.0, rate * width / (1 + rate * width * (1 - lived))) if rate * width * lived <= 1 else 1.0
        survivors = alive * (1 - q)
        years.append(width * survivors + lived * width * (alive - survivors))
        dying.append(q)
        alive = survivors
        kept.append(alive)
    years.append(alive * people[19] / deaths[19])
    expectancy = [sum(years[at:]) / kept[at] if kept[at] > 0 else None for at in range(20)]
    errors = []
    for start in range(20):
        if kept[start] == 0:
            errors.append(None)
            continue
        variance = (kept[19] / kept[start]) ** 2 * 4 / (deaths[19] * (deaths[19] / people[19]) ** 2) / 4
        for at in range(start, 19):
            if deaths[at] == 0:
                continue
            lived = 0.1 if at == 0 else 0.5
            later = expectancy[at + 1] or 0.0
            of_q = dying[at] ** 2 * (1 - dying[at]) / deaths[at]
            variance += (kept[at] / kept[start]) ** 2 * ((1 - lived) * WIDTHS[at] + later) ** 2 * of_q
        errors.append(math.sqrt(variance))
    return expectancy, errors
