"""Funnels judged one area at a time, and their boundaries found by searching."""

import math
from statistics import NormalDist

from tests.oracles.intervals import bisect, byar, exact_poisson, poisson_at_most


def label_of_proportion(events, people, baseline):
    z = (events / people - baseline) / math.sqrt(baseline * (1 - baseline) / people)
    for tail in (0.001, 0.025):
        if abs(z) > NormalDist().inv_cdf(1 - tail):
            return f"{'High' if z > 0 else 'Low'} ({tail})"
    return "Not significant"


def label_of_events(events, expected):
    for tail in (0.001, 0.025):
        lower, upper = exact_poisson(events, 1 - 2 * tail) if events < 10 else byar(events, 1 - 2 * tail)
        if lower > expected:
            return f"High ({tail})"
        if upper < expected:
            return f"Low ({tail})"
    return "Not significant"


def expected_at_limit(events, tail):
    """The expected events at which so few (first) and so many (second) would have just the chance of one tail."""
    few = bisect(lambda mean: tail - poisson_at_most(events, mean), float(events), events * 4 + 30.0)
    many = bisect(lambda mean: (1 - poisson_at_most(events - 1, mean)) - tail, 0.0, float(events))
    return few, many
