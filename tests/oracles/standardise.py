"""Standardised rates of one area, band by band."""

import math

from tests.oracles.intervals import byar, exact_poisson


def dsr(events, people, weights, per, confidence):
    """(value, lower, upper) of one area, or None where there is no rate."""
    total, rate, variance = 0.0, 0.0, 0.0
    for x, n, w in zip(events, people, weights, strict=True):
        if n <= 0:
            return None
        total += x
        rate += w * x / n
        variance += w * w * x / (n * n)
    return _dobson(total, rate / sum(weights), variance / sum(weights) ** 2, per, confidence)


def non_independent(events_by_frequency, people, weights, per, confidence):
    """As `dsr`; events_by_frequency: {events per person: [people who had so many, by band]}."""
    total, rate, variance = 0.0, 0.0, 0.0
    for times, having in events_by_frequency.items():
        for x, n, w in zip(having, people, weights, strict=True):
            total += times * x
            rate += times * w * x / n
            variance += times * times * w * w * x / (n * n)
    return _dobson(total, rate / sum(weights), variance / sum(weights) ** 2, per, confidence)


def _dobson(total, rate, variance, per, confidence):
    if total < 10:
        return None
    lower, upper = byar(total, confidence)
    step = math.sqrt(variance / total)
    return rate * per, (rate + step * (lower - total)) * per, (rate + step * (upper - total)) * per


def indirect(events, people, reference_events, reference_people, confidence):
    """(expected, ratio, lower, upper) of one area."""
    expected = sum(n * x / m for n, x, m in zip(people, reference_events, reference_people, strict=True))
    observed = sum(events)
    lower, upper = exact_poisson(observed, confidence) if observed < 10 else byar(observed, confidence)
    return expected, observed / expected, lower / expected, upper / expected
