"""Protected counts in the engine: what they may stand for, what is likely of the suppressed, and limits that know the rounding."""

from dataclasses import replace
from typing import Any

import numpy as np

from geo.disclosure.published_counts import Protection
from geo.findings.slices import Areas, Numbers, Slice
from geo.statistics.insights import BoundedCounts, Contrast, fit_bounded_contrast, fit_contrast
from geo.statistics.protected_counts import CountIntervals, Learnt, learn_protected_proportions, learn_protected_rates
from geo.statistics.rates import proportion, rate


def protect(part: Slice, areas: Areas) -> Areas:
    """The areas with the intervals of their counts; open ones as they are.

    A suppressed numerator is what is likely of it, and the area is not reliable: it is judged with the others and never shown with a count.
    Limits are those of the least count's lower and of the greatest count's upper end.
    """
    if not part.policy.is_protected or areas.counts is not None or not len(areas):
        return areas
    counts, likely = likely_counts(part.policy, areas.numerator, people=areas.denominator, unit=part.unit)
    lower, upper = _limits(part, counts, areas.denominator)
    return replace(
        areas,
        numerator=likely,
        value=likely / areas.denominator * part.per,
        lower=lower,
        upper=upper,
        is_reliable=areas.is_reliable & ~areas.is_suppressed,
        counts=counts,
    )


def likely_counts(policy: Protection, published: Numbers, *, people: Numbers, unit: str) -> tuple[CountIntervals, Numbers]:
    """Intervals of published counts (NaN = suppressed), and the counts: as published, or the mean of what a suppressed one may be.

    The mean is under a prior that all areas share, learnt from what is published. Arrays of shape (areas,), people > 0.
    """
    is_suppressed = np.isnan(published)
    counts = within(policy.with_people(policy.intervals(published, is_suppressed=is_suppressed), people), people, unit)
    return counts, np.where(is_suppressed, learn(counts, people, unit=unit).count, np.minimum(published, counts.most))


def learn(counts: CountIntervals, people: Numbers, *, unit: str) -> Learnt:
    """What intervals of counts tell of the shares or rates of all areas together, with nothing taken account of."""
    middle = (counts.least + counts.most) / 2
    if unit == "proportion":
        return learn_protected_proportions(counts, denominator=people)
    return learn_protected_rates(counts, expected=people * max(middle.sum(), 0.5) / people.sum())


def within(counts: CountIntervals, people: Numbers, unit: str) -> CountIntervals:
    """No more events than people, where they are a share of them."""
    return CountIntervals(counts.least, np.minimum(counts.most, np.floor(people))) if unit == "proportion" else counts


def known(areas: Areas) -> tuple[Numbers, Numbers]:
    """Least and greatest counts of areas: twice the count itself where it is exact."""
    return (areas.numerator, areas.numerator) if areas.counts is None else (areas.counts.least, areas.counts.most)


def fit(events: Numbers, counts: CountIntervals | None, **asked: Any) -> Contrast:
    """The contrast of these counts, or of the intervals that they stand for: `insights.fit_contrast` or `fit_bounded_contrast`."""
    if counts is None:
        return fit_contrast(events, **asked)
    return fit_bounded_contrast(BoundedCounts(np.clip(events, counts.least, counts.most), counts.least, counts.most), **asked)


def told(areas: Areas, at: int) -> str:
    """A count as it may be told: `45`, or `45 (43 to 47, as rounded)` where it is protected."""
    said = f"{areas.numerator[at]:,.0f}"
    if areas.counts is None:
        return said
    least, most = (float(end[at]) for end in (areas.counts.least, areas.counts.most))
    return said if least == most else f"{said} ({least:,.0f} to {most:,.0f}, as rounded)"


def _limits(part: Slice, counts: CountIntervals, people: Numbers) -> tuple[Numbers, Numbers]:
    if part.unit == "proportion":
        ends = [proportion(end, denominator=people) for end in (counts.least, counts.most)]
    else:
        ends = [rate(end, population=people, per=part.per) for end in (counts.least, counts.most)]
    return ends[0].lower, ends[1].upper
