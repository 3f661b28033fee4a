"""What a plan assumes of a programme, from geo/definitions/planning/programmes.yaml; its words are explained in the README beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import DefinitionError
from geo.planning.problems import Flags, Floats
from geo.yamlfiles import read_yaml

FILE = Path(__file__).parent.parent / "definitions" / "planning" / "programmes.yaml"
STATES = ("not_invited", "invited")


@dataclass(frozen=True)
class Conversion:
    """Which share of people of one state of need come because of a stop, everywhere and in the most deprived fifth, low to high."""

    usual: tuple[float, float]
    most_deprived: tuple[float, float]
    source: str
    is_verified: bool

    def of(self, is_most_deprived: Floats) -> tuple[Floats, Floats]:
        """The range of areas by the share (0-1) of their people who live in the most deprived fifth."""
        low, high = (usual + (deprived - usual) * is_most_deprived for usual, deprived in zip(self.usual, self.most_deprived, strict=True))
        return low, high


@dataclass(frozen=True)
class Programme:
    """One programme. round_weeks: None where nobody becomes due anew. decay: of attendance per minute, (usual, most deprived)."""

    name: str
    title: str
    seen_as: str
    round_weeks: int | None
    slots_per_week: float
    visits: float
    uptake: float
    need: dict[str, Conversion]
    decay: tuple[float, float]
    minimum_stay_weeks: int
    towing_days: int
    sources: dict[str, str]

    def share_due(self, weeks: int) -> float:
        """The share of people who are not yet due now that become due within so many weeks."""
        return 0.0 if self.round_weeks is None else min(weeks / self.round_weeks, 1.0)

    def decay_of(self, is_most_deprived: Floats) -> Floats:
        """Decay of attendance with each minute, for areas by the share of their people who live in the most deprived fifth."""
        usual, deprived = self.decay
        return usual + (deprived - usual) * is_most_deprived

    def coming(self, minutes: Floats, is_most_deprived: Floats) -> Floats:
        """The share of those who would come from next door that come from so far. minutes: (areas, candidates) or (areas,)."""
        decay = self.decay_of(is_most_deprived)
        return np.asarray(np.exp(-(decay[:, None] if minutes.ndim == 2 else decay) * minutes))


@cache
def load_programmes(file: Path = FILE) -> dict[str, Programme]:
    """Every programme that has stops. Raises DefinitionError naming file and key."""
    raw = read_yaml(file)
    if not isinstance(raw, Mapping) or set(raw) != {"version", "programmes"}:
        raise DefinitionError(f"{file.name}: expected version and programmes")
    return {name: _programme(name, body, file) for name, body in raw["programmes"].items()}


def most_deprived(deciles: Floats) -> Flags:
    """Whether areas are of the most deprived fifth of England: decile 1 or 2. nan = not known, which is not."""
    return np.asarray(deciles <= 2)


def _programme(name: str, body: Mapping[str, Any], file: Path) -> Programme:
    try:
        told = {key: body[key]["source"] for key in ("slots_per_week", "visits", "uptake", "decay")}
        return Programme(
            name=name,
            title=body["title"],
            seen_as=body["seen_as"],
            round_weeks=body["round_weeks"],
            slots_per_week=_number(body["slots_per_week"]["value"], least=1.0),
            visits=_number(body["visits"]["value"]),
            uptake=_number(body["uptake"]["value"], most=1.0),
            need={state: _conversion(body["need"][state]) for state in STATES},
            decay=(_number(body["decay"]["usual"]), _number(body["decay"]["most_deprived"])),
            minimum_stay_weeks=int(body["minimum_stay_weeks"]),
            towing_days=int(body["towing_days"]),
            sources=told | {f"need.{state}": body["need"][state]["source"] for state in STATES},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DefinitionError(f"{file.name}: {name}: {error!s}") from error


def _conversion(body: Mapping[str, Any]) -> Conversion:
    ranges = [(_number(body[who]["low"], most=1.0), _number(body[who]["high"], most=1.0)) for who in ("usual", "most_deprived")]
    if any(low > high for low, high in ranges):
        raise ValueError("a range from high to low")
    return Conversion(ranges[0], ranges[1], body["source"], body.get("status") != "unverified")


def _number(found: object, *, least: float = 0.0, most: float = float("inf")) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
        raise ValueError(f"found {found!r}, expected a number from {least:g} to {most:g}")
    return float(found)
