"""Confidence limits of figures that are computed from published counts: chance and rounding together.

A rounded count is any of its class, so its limits are wider than those of the count itself, and always hold what rounding leaves open.
"""

from dataclasses import dataclass

import numpy as np

from geo.disclosure.rules import Floats
from geo.errors import DisclosureError
from geo.statistics.intervals import Limits, normal_quantile, poisson_limits, wilson_limits


@dataclass(frozen=True)
class PublishedCounts:
    """Published counts and what they stand for, shape (areas,); nan = withheld. least, most: both included."""

    value: Floats
    least: Floats
    most: Floats

    @property
    def variance(self) -> Floats:
        """Variance of a count that is any of its class, each as likely."""
        width = self.most - self.least + 1
        return (width**2 - 1) / 12


def share_limits(numerator: PublishedCounts, denominator: PublishedCounts, *, confidence: float = 0.95) -> Limits:
    """Limits of proportions 0-1: Wilson's, widened by rounding; nan where a count is withheld.

    Source of the method without rounding: Wilson (1927). Coverage: tests/geo/disclosure/test_limits.py.
    """
    people = denominator.value
    _refuse(people)
    events = np.minimum(numerator.value, people)
    given = wilson_limits(events, people, confidence=confidence)
    rounding = np.sqrt(numerator.variance + (events / people) ** 2 * denominator.variance) / people
    found = _widen(events / people, given, rounding, normal_quantile(confidence))
    lowest, highest = numerator.least / denominator.most, numerator.most / np.maximum(denominator.least, 1)
    return _hold(found, lowest, np.minimum(highest, 1.0), greatest=1.0)


def rate_limits(events: PublishedCounts, population: PublishedCounts, *, per: float = 100_000, confidence: float = 0.95) -> Limits:
    """Limits of rates per so many people: exact or Byar's, widened by rounding; nan where a count is withheld."""
    people = population.value
    _refuse(people)
    given = poisson_limits(events.value, confidence=confidence)
    rounding = np.sqrt(events.variance + (events.value / people) ** 2 * population.variance)
    found = _widen(events.value, given, rounding, normal_quantile(confidence))
    scale = per / people
    lowest, highest = events.least / population.most * per, events.most / np.maximum(population.least, 1) * per
    return _hold(Limits(found.lower * scale, found.upper * scale), lowest, highest, greatest=np.inf)


def _widen(value: Floats, given: Limits, rounding: Floats, quantile: float) -> Limits:
    room = quantile * rounding
    return Limits(value - np.hypot(value - given.lower, room), value + np.hypot(given.upper - value, room))


def _hold(found: Limits, lowest: Floats, highest: Floats, *, greatest: float) -> Limits:
    """Limits that hold the whole interval of rounding, within what can be."""
    return Limits(np.clip(np.minimum(found.lower, lowest), 0.0, None), np.clip(np.maximum(found.upper, highest), None, greatest))


def _refuse(people: Floats) -> None:
    if np.any(people <= 0):
        raise DisclosureError("A figure needs a published denominator above 0.")
