"""What people live with: the registers of general practice that indicators ask for, as shares by age, deprivation and ethnic group.

Overall levels come near to published ones where the comment names them; how they differ by age and group is chosen. All conditions are
those of the last day: who has one had it all the years, from its day of diagnosis.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.communities import CATEGORIES, PLACE_OF, SOUTH_ASIAN
from geo.synthetic.days import ages, later
from geo.synthetic.people import END, START, People
from geo.synthetic.planted import STORIES
from geo.synthetic.streams import Numbers, Whole, happens, integers, uniform
from geo.synthetic.worlds import World

Flags = NDArray[np.bool_]

ADULT = 18
# Shares by band of age (0-4, 5-9, … 85 and over).
# High blood pressure: about 14.5 % of all patients (QOF 2023/24 reports 14.8 %).
_HYPERTENSION = np.array([0, 0, 0, 0.9, 3.7, 9.2, 22, 46, 82, 133, 188, 252, 320, 380, 435, 480, 508, 508]) / 1000
# Coronary heart disease, stroke or heart failure: about 5 % of all patients (QOF registers together, with overlap).
_CARDIOVASCULAR = np.array([0, 0, 0, 0, 0.8, 1.7, 3.4, 6.7, 13, 25, 42, 66, 97, 130, 168, 210, 252, 286]) / 1000
# Diabetes: about 7 % of people from 17 (QOF 7.5 %).
_DIABETES = np.array([0.8, 1.6, 2.3, 3.9, 6.2, 9.4, 17, 30, 45, 64, 86, 105, 125, 136, 144, 140, 125, 101]) / 1000
# Other long-term illness for which flu vaccination is offered below 65 (chosen; a seventh of adults with the conditions above).
_AT_RISK = np.array([20, 60, 70, 70, 60, 60, 65, 70, 80, 90, 110, 130, 150, 160, 180, 200, 210, 210]) / 1000
# Severe mental illness: 0.95 % of adults at average deprivation (domain notes 6.3; QOF 2023/24 reports 0.97 % of all patients).
_SMI = np.array([0, 0, 0, 1, 4.5, 7, 9, 10.5, 11.5, 12, 11.5, 11, 10, 9, 8.5, 8, 7.5, 7]) / 1000
SMI_REMISSION = 0.07
# Smokers from 15: about 13 % (QOF and APS 2022/23); never-smokers are more than half.
_SMOKERS = np.array([0, 0, 0, 40, 140, 170, 175, 165, 155, 150, 145, 135, 120, 95, 75, 55, 40, 25]) / 1000
_FORMER = np.array([0, 0, 0, 10, 50, 90, 130, 160, 180, 200, 230, 260, 300, 340, 370, 390, 390, 350]) / 1000
# How much more in decile 1 than in decile 10, as a ratio: chosen, of the order of published gradients.
GRADIENT = {"hypertension": 1.15, "cardiovascular": 1.6, "diabetes": 1.9, "at_risk": 1.5, "smi": 3.0, "smoker": 3.0, "former": 1.0}
# Ratios to the White British where they are known to differ clearly (round, chosen). South Asian people have no raised blood pressure or
# cardiovascular risk here but where the story plants it, so that in a null world there is none to find.
_RATIOS: dict[str, dict[str, float]] = {
    "hypertension": {"M": 1.3, "N": 1.3, "P": 1.3},
    "diabetes": {"H": 1.9, "J": 2.2, "K": 2.3, "L": 1.6, "M": 1.7, "N": 1.4, "P": 1.4},
    "smi": {"M": 2.0, "N": 1.6, "P": 2.0, "D": 1.5},
    "smoker": {"H": 0.4, "J": 0.7, "K": 1.0, "N": 0.4, "R": 0.6, "C": 1.3, "T": 2.0},
}
NEVER_SMOKED, FORMER_SMOKER, SMOKER = 0, 1, 2


@dataclass(frozen=True)
class Conditions:
    """Who has what, shape (n,) each. smoking: NEVER_SMOKED, FORMER_SMOKER or SMOKER. diagnosed: day, whatever the condition."""

    hypertension: Flags
    cardiovascular: Flags
    diabetes: Flags
    at_risk: Flags
    smi: Flags
    smi_in_remission: Flags
    smoking: NDArray[np.int8]
    diagnosed: Whole

    @property
    def at_cardiovascular_risk(self) -> Flags:
        """High blood pressure or a cardiovascular disease."""
        return self.hypertension | self.cardiovascular


def make_conditions(world: World, people: People) -> Conditions:
    """The conditions of people; a function of who they are and of what is planted."""
    seed, index = world.spec.seed, people.index
    planted = np.where(has_planted_risk(world, people), STORIES["ethnicity"].factor["cardiovascular_risk"], 1.0)

    def has(name: str, share: Numbers, factor: Numbers | float = 1.0) -> Flags:
        return happens(
            seed, f"conditions/{name}", index, share[people.band] * gradient(people.decile, GRADIENT[name]) * _ratio(name, people) * factor
        )

    smi = has("smi", _SMI) & (ages(people.birth, END) >= ADULT)
    drawn = uniform(seed, "conditions/smoking", index)
    smokers = _SMOKERS[people.band] * gradient(people.decile, GRADIENT["smoker"]) * _ratio("smoker", people)
    smoking = np.select([drawn < smokers, drawn < smokers + _FORMER[people.band]], [SMOKER, FORMER_SMOKER], NEVER_SMOKED)
    adult_on = later(people.birth, months=12 * ADULT)
    return Conditions(
        hypertension=has("hypertension", _HYPERTENSION, planted),
        cardiovascular=has("cardiovascular", _CARDIOVASCULAR, planted),
        diabetes=has("diabetes", _DIABETES),
        at_risk=has("at_risk", _AT_RISK),
        smi=smi,
        smi_in_remission=smi & happens(seed, "conditions/remission", index, SMI_REMISSION),
        smoking=smoking.astype(np.int8),
        diagnosed=integers(seed, "conditions/diagnosed", index, low=np.minimum(adult_on, START), high=START + 1),
    )


def gradient(decile: Whole, ratio: float) -> Numbers:
    """The factor of a decile where decile 1 has so many times the rate of decile 10: even steps about a mean of 1."""
    return np.asarray(1.0 + (5.5 - decile) / 4.5 * (ratio - 1) / (ratio + 1))


def has_planted_risk(world: World, people: People) -> Flags:
    """Who belongs to the South Asian communities whose risk the story raises and hides."""
    return np.asarray(world.planted.has_recording_gap[people.lsoa] & np.isin(people.category, SOUTH_ASIAN))


def _ratio(name: str, people: People) -> Numbers:
    """The factor of each one's category."""
    factor = np.ones(len(CATEGORIES))
    for code, ratio in _RATIOS.get(name, {}).items():
        factor[PLACE_OF[code]] = ratio
    return factor[people.category]
