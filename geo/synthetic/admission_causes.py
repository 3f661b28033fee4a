"""Why people are admitted, how often, and what such an admission is like: the definition file, and rates by class of person.

A cause has a rate for England as a whole, and says how it differs by age, sex, deprivation and broad ethnic group; the file says where
the numbers come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import DefinitionError
from geo.synthetic.conditions import gradient
from geo.synthetic.country import BROAD
from geo.synthetic.streams import Numbers, Whole
from geo.yamlfiles import read_yaml

_FILE = Path(__file__).parent.parent / "definitions" / "synthetic" / "admissions.yaml"

# First ages of the groups by which rates differ, and about how England's residents of 2021 are shared among them.
AGE_GROUPS = (0, 1, 5, 10, 15, 19, 45, 65, 75, 85)
_SHARES = np.array([0.0100, 0.0440, 0.0590, 0.0600, 0.0460, 0.3480, 0.2560, 0.0990, 0.0560, 0.0240])


@dataclass(frozen=True)
class Cause:
    """One reason for admission, as the definition file explains. men is None where only women are admitted."""

    name: str
    codes: Mapping[str, float]
    rate: float
    profile: str
    most_to_least: float = 1.5
    men: float | None = 1.0
    groups: Mapping[str, float] = field(default_factory=dict)
    stay: float = 4.0
    cost: float = 2_400.0
    hrg: str = "WH07"
    specialty: str = "300"
    kind: str = "emergency"
    procedures: Mapping[str, float] = field(default_factory=dict)
    secondary: Mapping[str, float] = field(default_factory=dict)


def _read() -> tuple[dict[str, Numbers], tuple[Cause, ...]]:
    """Profiles and causes of the definition file. Raises DefinitionError for a cause whose keys are not those of Cause."""
    content = read_yaml(_FILE)
    profiles = {name: np.array(values, dtype=np.float64) for name, values in content["profiles"].items()}
    try:
        return profiles, tuple(Cause(**cause) for cause in content["causes"])
    except TypeError as error:
        raise DefinitionError(f"{_FILE.name}: {error}") from error


_PROFILES, CAUSES = _read()
# Places of causes that are treated by themselves; newborns have no rate, for each birth is an admission.
CHILD_ASTHMA, NEWBORN = (next(i for i, cause in enumerate(CAUSES) if cause.name == name) for name in ("asthma under 19", "newborn"))


def rates() -> Numbers:
    """Admissions a person a year by class (age group, sex, decile, broad group; see classes) and cause. shape (classes, causes)."""
    decile = np.arange(1, 11)
    found = []
    for cause in CAUSES:
        profile = _PROFILES[cause.profile]
        by_age = cause.rate / 1e5 * profile / (profile @ _SHARES)
        men = 0.0 if cause.men is None else cause.men
        by_sex = np.array([2 * men, 2.0]) / (1 + men)
        by_group = np.array([cause.groups.get(name, 1.0) for name in BROAD])
        by_decile = gradient(decile, cause.most_to_least)
        whole = by_age[:, None, None, None] * by_sex[None, :, None, None] * by_decile[None, None, :, None] * by_group[None, None, None, :]
        found.append(whole.ravel())
    return np.stack(found, axis=1)


def classes(age: Whole, sex: NDArray[np.int8], decile: Whole, broad: Whole) -> Whole:
    """The class of each person among the rows of rates. age: whole years >= 0."""
    group = np.searchsorted(np.array(AGE_GROUPS), age, side="right") - 1
    return np.asarray(((group * 2 + sex - 1) * 10 + decile - 1) * len(BROAD) + broad, dtype=np.int64)
