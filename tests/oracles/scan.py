"""Every circular window tried by plain loops, with the likelihood ratios written out."""

import math


def best_window(observed: list[int], expected: list[float], points: list[tuple[float, float]], *, most: int, share: float, high: bool):
    """The largest Poisson log-likelihood ratio and its areas, as a set."""
    found = every_window(observed, expected, points, (most, share), direction="high" if high else "low")
    return max(found, key=lambda window: window[0], default=(0.0, set()))


def every_window(
    observed: list[int],
    expected: list[float],
    points: list[tuple[float, float]],
    limits: tuple[int, float],
    *,
    direction: str,
    people: list[int] | None = None,
):
    """(ratio, areas as a set) of each window that departs from expectation in the direction; of two binomials where people are given.

    limits: the most areas, and the greatest share of what is expected.
    """
    most, share = limits
    total, scale, found = sum(observed), sum(observed) / sum(expected), []
    for centre in points:
        near = sorted(range(len(points)), key=lambda at: math.dist(points[at], centre))
        for size in range(1, most + 1):
            inside = near[:size]
            seen, usual = sum(observed[at] for at in inside), scale * sum(expected[at] for at in inside)
            wanted = {"high": seen > usual, "low": seen < usual, "both": seen != usual}[direction]
            if usual > share * total * (1 + 1e-12) or usual >= total * (1 - 1e-12) or usual == 0 or not wanted or math.isclose(seen, usual):
                continue
            if people is None:
                ratio = _part(seen, usual) + _part(total - seen, total - usual)
            else:
                here, everybody = sum(people[at] for at in inside), sum(people)
                ratio = _binomial(seen, here) + _binomial(total - seen, everybody - here) - _binomial(total, everybody)
            found.append((ratio, set(inside)))
    return found


def without_overlap(windows):
    """The most striking first, and each that holds no area of one before."""
    taken, kept = set(), []
    for ratio, areas in sorted(windows, key=lambda window: -window[0]):
        if not taken & areas:
            taken |= areas
            kept.append((ratio, areas))
    return kept


def _part(seen: float, usual: float) -> float:
    return seen * math.log(seen / usual) if seen else 0.0


def _binomial(cases: int, people: int) -> float:
    return _part(cases, people) + _part(people - cases, people)
