"""Every circular window tried by plain loops, with the likelihood ratio written out."""

import math


def best_window(observed: list[int], expected: list[float], points: list[tuple[float, float]], *, most: int, share: float, high: bool):
    """The largest Poisson log-likelihood ratio and its areas, as a set."""
    total, scale = sum(observed), sum(observed) / sum(expected)
    best, members = 0.0, set()
    for centre in points:
        near = sorted(range(len(points)), key=lambda at: math.dist(points[at], centre))
        for size in range(1, most + 1):
            inside = near[:size]
            seen, usual = sum(observed[at] for at in inside), scale * sum(expected[at] for at in inside)
            if usual > share * total or usual >= total or (seen > usual) != high or seen == usual:
                continue
            ratio = _part(seen, usual) + _part(total - seen, total - usual)
            if ratio > best + 1e-12:
                best, members = ratio, set(inside)
    return best, members


def _part(seen: float, usual: float) -> float:
    return seen * math.log(seen / usual) if seen else 0.0
