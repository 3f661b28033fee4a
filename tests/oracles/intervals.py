"""Limits found the slow way: by searching for the parameter at which what was seen becomes just too unlikely."""

import math
from statistics import NormalDist


def bisect(function, low, high, steps=200):
    """Where a rising function crosses zero between low and high."""
    for _ in range(steps):
        middle = (low + high) / 2
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def wilson(events, people, confidence):
    """The two p at which the score (x/n - p) / sqrt(p(1-p)/n) equals -+ z."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    seen = events / people

    def score(p):
        return (p - seen) - z * math.sqrt(p * (1 - p) / people)

    def mirrored(p):
        return (p - seen) + z * math.sqrt(p * (1 - p) / people)

    lower = 0.0 if events == 0 else bisect(mirrored, 0.0, seen)
    upper = 1.0 if events == people else bisect(score, seen, 1.0)
    return lower, upper


def poisson_at_most(events, mean):
    """Chance of `events` or fewer, term by term."""
    term = total = math.exp(-mean)
    for k in range(1, events + 1):
        term *= mean / k
        total += term
    return total


def exact_poisson(events, confidence):
    """The two means at which `events` or more (or fewer) has just the chance of one tail."""
    tail = (1 - confidence) / 2
    lower = 0.0 if events == 0 else bisect(lambda mean: (1 - poisson_at_most(events - 1, mean)) - tail, 0.0, float(events))
    upper = bisect(lambda mean: tail - poisson_at_most(events, mean), float(events), events * 3 + 20.0)
    return lower, upper


def byar(events, confidence):
    """Byar's approximation for one count; None where the lower limit does not exist."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    lower = None
    if events > 0:
        cube = 1 - 1 / (9 * events) - z / (3 * math.sqrt(events))
        lower = events * cube**3 if cube >= 0 else None
    more = events + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def compare(lower, upper, benchmark, polarity):
    """The flag of one area, in words."""
    if lower is None or upper is None or benchmark is None:
        return "not_compared"
    words = {"high_is_good": ("worse", "better"), "low_is_good": ("better", "worse"), "none": ("lower", "higher")}[polarity]
    if upper < benchmark:
        return words[0]
    return words[1] if lower > benchmark else "similar"


def compare_proportion(events, people, benchmark, polarity):
    """The word of one area by Wilson's limits around the benchmark: the roots of (p - benchmark)^2 = z^2 p (1 - p) / n, by bisection."""
    words = {
        "high_is_good": (("worse", "worst"), ("better", "best")),
        "low_is_good": (("better", "best"), ("worse", "worst")),
        "none": (("lower", "lowest"), ("higher", "highest")),
    }[polarity]
    reached = -1
    for level, confidence in enumerate((0.95, 0.998)):
        z = NormalDist().inv_cdf((1 + confidence) / 2)

        def beyond(chance, z=z):
            return (chance - benchmark) ** 2 - z * z * chance * (1 - chance) / people

        lower = 0.0 if beyond(0.0) <= 0 else bisect(lambda p: -beyond(p), 0.0, benchmark)
        upper = 1.0 if beyond(1.0) <= 0 else bisect(beyond, benchmark, 1.0)
        if events / people < lower - 1e-12 or events / people > upper + 1e-12:
            reached = level
    return "similar" if reached < 0 else words[events / people > benchmark][reached]
