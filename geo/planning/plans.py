"""A plan: the stops with who goes where, its proof, and whom it serves how well. A file of it replays to the same answer."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from geo.planning.requests import PlanRequest, refuse

VERSION = 1

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Gain:
    """People screened who would not have been, from low to high; never "people reached"."""

    low: float
    high: float


@dataclass(frozen=True)
class Site:
    """A stop of a plan. latitude, longitude: degrees, EPSG:4326. is_area_of_search: found by computation, and no place was looked at.

    workload: people seen in the window; need: people due who have not come; None where too few areas, or mostly withheld ones, stand
    behind them, and refused says why. minutes_mean: of the people who go there. weeks: weeks of one vehicle. is_existing: it serves people
    already.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    kind: str
    is_area_of_search: bool
    workload: float | None
    need: float | None
    gain: Gain | None
    minutes_mean: float | None
    weeks: int | None
    refused: str | None = None
    is_existing: bool = False


@dataclass(frozen=True)
class Visit:
    """Which site the people of an area go to, and their minutes. area: code of an LSOA, or of an MSOA where need is told by those alone.

    latitude, longitude: the middle of where its residents live, EPSG:4326.
    """

    area: str
    site: str
    minutes: float
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Plan:
    """An answer to a request. objective, bound, gap: see geo.planning.problems.Placed; objective_words says what they count.

    gain: of all stops. minutes: mode, source and error of the minutes, what they are for everybody and for groups. totals: of everybody
    served. frontier: what equity weights would cost and give. stability: how it stands up to needs that are not known exactly. notes:
    what has to be said with it. sources: what it is made from. seconds: how long it took; the one field in which a replay may differ.
    """

    request: PlanRequest
    sites: tuple[Site, ...]
    allocation: tuple[Visit, ...]
    objective: float
    bound: float
    gap: float
    gain: Gain
    objective_words: str
    seed: int
    seconds: float
    minutes: dict[str, Any]
    totals: dict[str, Any]
    frontier: list[dict[str, Any]]
    stability: dict[str, Any]
    schedule: dict[str, Any] | None
    notes: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]
    is_synthetic: bool
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        """The plan as plain values; nan and infinite are None. `from_json` reads it back."""
        fields = {key: getattr(self, key) for key in self.__dataclass_fields__}
        fields["request"] = self.request.to_json()
        fields["sites"] = [asdict(site) for site in self.sites]
        fields["allocation"] = [asdict(visit) for visit in self.allocation]
        fields["gain"] = asdict(self.gain)
        plain = _plain(fields)
        if not isinstance(plain, dict):
            raise TypeError("a plan is an object")
        return plain

    @classmethod
    def from_json(cls, body: object) -> "Plan":
        """The plan that plain values mean. Raises InputError that names the field, what was found and what was expected."""
        if not isinstance(body, Mapping):
            raise refuse("plan", type(body).__name__, "an object with named fields")
        if body.get("version") != VERSION:
            raise refuse("version", body.get("version"), f"{VERSION}")
        names = tuple(cls.__dataclass_fields__)
        if wrong := sorted(set(body) ^ set(names)):
            raise refuse(
                wrong[0], "missing" if wrong[0] in names else "a field that is not known", f"exactly the fields {', '.join(names)}"
            )
        request = PlanRequest.from_json(body["request"])
        sites = tuple(_site(number, site) for number, site in enumerate(_list("sites", body["sites"])))
        visits = tuple(_read(Visit, f"allocation[{number}]", visit) for number, visit in enumerate(_list("allocation", body["allocation"])))
        read: dict[str, Any] = {key: tuple(_list(key, body[key])) for key in ("notes", "sources")}
        return cls(**{**body, **read, "request": request, "sites": sites, "allocation": visits, "gain": _read(Gain, "gain", body["gain"])})

    def write(self) -> str:
        """The text of the plan's file."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"

    def is_same(self, other: "Plan") -> bool:
        """Whether both are the same answer, whatever time either took."""
        return replace(self, seconds=0.0).write() == replace(other, seconds=0.0).write()


def read_plan(text: str | bytes) -> Plan:
    """The plan of a file. Raises InputError for what is not one, with its place."""
    try:
        return Plan.from_json(json.loads(text))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise refuse("plan", str(error), "a plan file, which is JSON") from error


def _site(number: int, found: object) -> Site:
    site = _read(Site, f"sites[{number}]", found)
    return replace(site, gain=None if site.gain is None else _read(Gain, f"sites[{number}].gain", site.gain))


def _read(kind: type[_Part], where: str, found: object) -> _Part:
    if not isinstance(found, Mapping):
        raise refuse(where, type(found).__name__, "an object with named fields")
    names: tuple[str, ...] = tuple(getattr(kind, "__dataclass_fields__"))  # noqa: B009
    if wrong := sorted(set(found) ^ set(names)):
        raise refuse(f"{where}.{wrong[0]}", "missing" if wrong[0] in names else "not known", f"exactly {', '.join(names)}")
    return kind(**found)


def _list(field: str, found: object) -> list[Any]:
    if not isinstance(found, list):
        raise refuse(field, type(found).__name__, "a list")
    return found


def _plain(value: Any) -> Any:
    """The same as JSON can write it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
