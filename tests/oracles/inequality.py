"""Slopes, gaps, concentration and funnels worked out one group at a time, and by drawing at random."""

import math
import random


def places(people):
    """The middle of each group's share of the people, on a line from 0 to 1."""
    total, before, found = sum(people), 0.0, []
    for count in people:
        found.append((before + count / 2) / total)
        before += count
    return found


def line(values, people):
    """(intercept, slope) of the weighted least squares, from the two normal equations."""
    x = places(people)
    s0 = sum(people)
    s1 = sum(n * b for n, b in zip(people, x, strict=True))
    s2 = sum(n * b * b for n, b in zip(people, x, strict=True))
    t0 = sum(n * y for n, y in zip(people, values, strict=True))
    t1 = sum(n * b * y for n, b, y in zip(people, x, values, strict=True))
    slope = (s0 * t1 - s1 * t0) / (s0 * s2 - s1 * s1)
    return (t0 - slope * s1) / s0, slope


def logit(p):
    return math.log(p / (1 - p))


def expit(z):
    return 1 / (1 + math.exp(-z))


SCALES = {"mean": (float, float), "rate": (math.log, math.exp), "proportion": (logit, expit)}


def simulated_limits(groups, kind, is_transformed, draws, seed):
    """((sii, sii), (rii, rii)) limits by drawing every group's value anew and fitting anew.

    groups: (values, people, errors), the errors on the scale of the kind. Limits of 95 %.
    """
    values, people, errors = groups
    share = 0.05
    onto, back = SCALES[kind]
    source, slopes, ratios, fitted = random.Random(seed), [], [], []
    for _ in range(draws):
        drawn = [onto(y) + source.gauss(0, e) for y, e in zip(values, errors, strict=True)]
        if not is_transformed:
            drawn = [back(z) for z in drawn]
        alpha, beta = line(drawn, people)
        slopes.append(beta)
        ratios.append((alpha + beta) / alpha)
        fitted.append(alpha + beta / 2)
    slopes.sort()
    low, high = slopes[round(draws * share / 2) - 1], slopes[round(draws * (1 - share / 2)) - 1]
    ratios.sort()
    if not is_transformed:
        return (low, high), (ratios[round(draws * share / 2) - 1], ratios[round(draws * (1 - share / 2)) - 1])
    alpha, beta = line([onto(y) for y in values], people)
    ends = [(back(alpha + beta / 2 - slope / 2), back(alpha + beta / 2 + slope / 2)) for slope in (low, high)]
    return tuple(end - start for start, end in ends), tuple(end / start for start, end in ends)


def attributable_fraction(events, people, reference):
    """1 minus the events that would be at the reference group's rate, over those that were."""
    at_best = sum(n * events[reference] / people[reference] for n in people)
    return 1 - at_best / sum(events)


def people_to_reach(values, people, target, high_is_good):
    """People missing in each group."""
    sign = 1 if high_is_good else -1
    return [max(0.0, n * sign * (target - y)) for y, n in zip(values, people, strict=True)]


def mean_difference_index(rates, people):
    """Gini coefficient as half the mean difference between any two people's rates, over the mean."""
    total = sum(people)
    mean = sum(r * n for r, n in zip(rates, people, strict=True)) / total
    spread = sum(n * m * abs(r - s) for r, n in zip(rates, people, strict=True) for s, m in zip(rates, people, strict=True))
    return spread / (2 * total * total * mean)


def covariance_index(rates, people, ranks):
    """Concentration index as twice the covariance of rate and fractional rank, over the mean. Ranks must differ."""
    order = sorted(range(len(rates)), key=lambda k: ranks[k])
    middle = dict(zip(order, places([people[k] for k in order]), strict=True))
    total = sum(people)
    mean = sum(r * n for r, n in zip(rates, people, strict=True)) / total
    return 2 / mean * sum(people[k] / total * (rates[k] - mean) * (middle[k] - 0.5) for k in range(len(rates)))


def top_share(events, people, top):
    """Events in the areas of the highest rates until they hold `top` of the people, the last in part."""
    left, found = top * sum(people), 0.0
    for x, n in sorted(zip(events, people, strict=True), key=lambda pair: -pair[0] / pair[1]):
        part = min(1.0, left / n)
        found += part * x
        left -= part * n
    return found / sum(events)
