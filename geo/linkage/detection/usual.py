"""What each neighbourhood would count were it like the others: by the ages, ethnic groups and deprivation of its people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Rounds in which rates of parts of the people and the slope on deciles settle on each other.
_ROUNDS = 30
# A slope beyond this, twelve times as much in decile 1 as in decile 10, is none of deprivation.
_STEEPEST = 0.28
# A share that is expected is kept this far from none and all.
_EDGE = 1e-6


@dataclass(frozen=True)
class Scene:
    """Counts of one indicator and period, a row a neighbourhood in order of code.

    persons, people: distinct people with the event, and all of them, shape (areas,). events, at_risk: the same by part of the people (age
    and ethnic group), of events instead of persons, shape (areas, parts). decile: of deprivation. is_share: persons are some of the people.
    """

    persons: Numbers
    people: Numbers
    events: Numbers
    at_risk: Numbers
    decile: NDArray[np.int64]
    is_share: bool

    def __len__(self) -> int:
        return len(self.persons)


def usual_persons(scene: Scene) -> Numbers:
    """Persons expected of each neighbourhood, shape (areas,), summing to those counted.

    Each part of the people has its rate, and rates rise or fall from decile to decile of deprivation by one factor, in all neighbourhoods
    together: a Poisson regression with parts and a slope. A ratio for every decile of its own would take a cluster for deprivation where
    few neighbourhoods share a decile.
    """
    place = scene.decile - scene.decile.mean()
    of_part, counted, slope = scene.events.sum(axis=0), scene.events.sum(axis=1), 0.0
    for _ in range(_ROUNDS):
        ratio = np.exp(slope * place)
        rate = _over(of_part, ratio @ scene.at_risk)
        usual = (scene.at_risk @ rate) * ratio
        middle = usual @ place / usual.sum()
        slope += float((counted - usual) @ place / max(usual @ (place - middle) ** 2, _EDGE))
        slope = float(np.clip(slope, -_STEEPEST, _STEEPEST))
    usual = usual * (scene.persons.sum() / usual.sum())
    return np.clip(usual, _EDGE, scene.people * (1 - _EDGE)) if scene.is_share else np.maximum(usual, _EDGE)


def differing(scene: Scene, usual: Numbers) -> float:
    """How much neighbourhoods differ from what is usual beyond chance, by the method of moments, >= 0.

    Of rates the variance of their relative risks; of shares the correlation of two people of one neighbourhood.
    """
    squares = np.sum((scene.persons - usual) ** 2)
    if scene.is_share:
        chance = usual * (1 - usual / scene.people)
        return float(np.clip((squares - chance.sum()) / max(np.sum(chance * (scene.people - 1)), 1e-12), 0.0, 0.99))
    return float(max(squares - usual.sum(), 0.0) / np.sum(usual**2))


def _over(above: Numbers, below: Numbers) -> Numbers:
    """The quotient, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
