"""Rules of what may leave the secure side, as declared in geo/definitions/policies/<name>.yaml.

The words are explained in geo/definitions/policies/README.md. A policy is data: the code that applies it is in rules.py (each count by
itself), yardsticks.py (all counts together), catchments.py (sums) and revision.py (editions).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from geo.errors import DefinitionError
from geo.yamlfiles import read_yaml

FOLDER = Path(__file__).parent.parent / "definitions" / "policies"
T = TypeVar("T")
METHODS = ("suppress_and_round", "midpoint", "cell_key", "open")
_KEYS = {
    "name",
    "title",
    "source",
    "method",
    "primary",
    "round_to",
    "complements",
    "smallest_denominator",
    "sums",
    "percentage_points",
    "fewest_candidates",
    "most_withheld",
    "outside",
    "catchments",
    "revised_by",
    "believed_change",
}


@cache
def code_version() -> str:
    """A digest of the code of this room and its policies, which changes whenever what may leave may."""
    found = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.glob("*.py"), *FOLDER.glob("*.yaml")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


@dataclass(frozen=True)
class Primary:
    """Counts of persons from `least` to `most`, both included, are withheld."""

    least: int
    most: int


@dataclass(frozen=True)
class SumRule:
    """When a sum (bed days, cost, contacts) may be shown: persons behind it, share of the largest, p % rule, providers (None: any)."""

    persons: int
    largest_share: float
    p_percent: float
    providers: int | None


@dataclass(frozen=True)
class OutsideTotal:
    """An exact total that another publisher gives of the same events. indicator: slug, or * for all."""

    indicator: str
    geography: str
    publisher: str


@dataclass(frozen=True)
class CatchmentRule:
    """When a sum over areas is answered: fewest areas, fewest residents, greatest share of the value that is estimated."""

    atoms: int
    people: int
    filled: float


@dataclass(frozen=True)
class Policy:
    """One rule; see the README for the words. What is None is switched off."""

    name: str
    title: str
    source: str
    method: str
    primary: Primary | None
    round_to: int
    complements: bool
    smallest_denominator: int | None
    sums: SumRule | None
    percentage_points: float | None
    fewest_candidates: int | None
    most_withheld: float | None
    outside: tuple[OutsideTotal, ...]
    catchments: CatchmentRule
    revised_by: int | None
    believed_change: int | None


def load_policies(folder: Path = FOLDER) -> dict[str, Policy]:
    """Every policy by name, in order of name. Raises DefinitionError naming file and key."""
    return {policy.name: policy for policy in (load_policy_file(path) for path in sorted(folder.glob("*.yaml")))}


def load_policy(name: str, folder: Path = FOLDER) -> Policy:
    """The policy of this name. Raises DefinitionError naming those that exist, or file and key of one that breaks the rules."""
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(other.stem for other in folder.glob("*.yaml")))
        raise DefinitionError(f"there is no policy {name!r}; there are: {known}")
    return load_policy_file(path)


def load_policy_file(path: Path) -> Policy:
    """One policy from its file. Raises DefinitionError naming file and key."""
    raw = read_yaml(path)
    _need(isinstance(raw, dict), path, "the file", "a mapping")
    _need(set(raw) == _KEYS, path, ", ".join(sorted(set(raw) ^ _KEYS)), "every key of the README and no other")
    _need(raw["name"] == path.stem, path, "name", f"the file's own, {path.stem}")
    _need(raw["method"] in METHODS, path, "method", f"one of {', '.join(METHODS)}")
    _need(isinstance(raw["complements"], bool), path, "complements", "true or false")
    for key in ("title", "source"):
        _need(isinstance(raw[key], str) and bool(raw[key].strip()), path, key, "a text")
    policy = Policy(
        name=raw["name"],
        title=raw["title"],
        source=raw["source"],
        method=raw["method"],
        primary=_primary(raw["primary"], path),
        round_to=_whole(raw, "round_to", path, least=1),
        complements=raw["complements"],
        smallest_denominator=_whole_or_none(raw, "smallest_denominator", path),
        sums=_sums(raw["sums"], path),
        percentage_points=_number_or_none(raw, "percentage_points", path),
        fewest_candidates=_whole_or_none(raw, "fewest_candidates", path),
        most_withheld=_number_or_none(raw, "most_withheld", path, most=1.0),
        outside=tuple(_part(OutsideTotal, entry, "outside", path) for entry in _list(raw, "outside", path)),
        catchments=_catchments(raw["catchments"], path),
        revised_by=_whole_or_none(raw, "revised_by", path),
        believed_change=_whole_or_none(raw, "believed_change", path),
    )
    _check_together(policy, path)
    return policy


def _check_together(policy: Policy, path: Path) -> None:
    """What single keys cannot say: that a method has what it needs and none that it ignores."""
    suppresses = policy.method in ("suppress_and_round", "cell_key")
    _need(suppresses == (policy.primary is not None), path, "primary", "set where the method withholds small counts, else null")
    if policy.method == "suppress_and_round":
        _need(policy.round_to % 2 == 1, path, "round_to", "odd, so that no count lies halfway between two multiples")
        _need(policy.primary is not None and policy.primary.most >= policy.round_to, path, "primary", "at least one whole class wide")
    if policy.method == "open":
        _need(policy.round_to == 1 and policy.fewest_candidates is None, path, "method", "nothing protected where data are open")
    else:
        _need(policy.fewest_candidates is not None, path, "fewest_candidates", "set unless data are open")
        _need(policy.smallest_denominator is not None, path, "smallest_denominator", "set unless data are open")
    if policy.revised_by is not None:
        _need(policy.believed_change is not None, path, "believed_change", "set where values are revised by an amount")
        _need(policy.revised_by > policy.round_to, path, "revised_by", "more than one step of rounding, else one person moves a figure")


def _primary(raw: Any, path: Path) -> Primary | None:
    if raw is None:
        return None
    primary = _part(Primary, raw, "primary", path)
    _need(0 <= primary.least <= primary.most, path, "primary", "0 <= least <= most")
    return primary


def _sums(raw: Any, path: Path) -> SumRule | None:
    if raw is None:
        return None
    sums = _part(SumRule, raw, "sums", path)
    _need(sums.persons >= 1 and 0 < sums.largest_share <= 1 and sums.p_percent >= 0, path, "sums", "persons >= 1, a share, a percentage")
    return sums


def _catchments(raw: Any, path: Path) -> CatchmentRule:
    rule = _part(CatchmentRule, raw, "catchments", path)
    _need(rule.atoms >= 1 and rule.people >= 0 and 0 <= rule.filled <= 1, path, "catchments", "atoms >= 1, people >= 0, filled a share")
    return rule


def _part(kind: type[T], raw: Any, key: str, path: Path) -> T:
    """A part of a policy from a mapping with exactly its words."""
    _need(isinstance(raw, Mapping), path, key, "a mapping")
    try:
        return kind(**raw)
    except TypeError as error:
        raise DefinitionError(f"{path.name}: {key}: {error}") from error


def _list(raw: Mapping[str, Any], key: str, path: Path) -> list[Any]:
    _need(isinstance(raw[key], list), path, key, "a list")
    return list(raw[key])


def _whole(raw: Mapping[str, Any], key: str, path: Path, *, least: int = 0) -> int:
    value = raw[key]
    _need(isinstance(value, int) and not isinstance(value, bool) and value >= least, path, key, f"a whole number from {least}")
    return int(value)


def _whole_or_none(raw: Mapping[str, Any], key: str, path: Path) -> int | None:
    return None if raw[key] is None else _whole(raw, key, path, least=1)


def _number_or_none(raw: Mapping[str, Any], key: str, path: Path, *, most: float = 100.0) -> float | None:
    value = raw[key]
    if value is None:
        return None
    _need(isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most, path, key, f"above 0, at most {most:g}")
    return float(value)


def _need(is_right: bool, path: Path, key: str, wanted: str) -> None:
    if not is_right:
        raise DefinitionError(f"{path.name}: {key}: must be {wanted}")
