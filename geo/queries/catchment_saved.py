"""Catchments that were saved, and two of them side by side."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import compare_digest
from typing import Any

import numpy as np

from geo.disclosure.catchments import Refused
from geo.disclosure.policies import load_policy
from geo.errors import UnknownCatchment
from geo.models import Catchment
from geo.planning.catchments import NOTHING_CHANGED, Snapped
from geo.planning.problems import Indices
from geo.queries.catalogue import ReleaseInfo
from geo.queries.catchment_profile import Figure, Profile, get_catchment_profile
from geo.queries.catchments import CatchmentInfo, describe, find_atoms
from geo.queries.ground import Country, get_country
from geo.queries.reading import read
from geo.statuses import Comparison, Reason, Status


@dataclass(frozen=True)
class SavedInfo:
    """One saved catchment. key: its id. is_yours: whether whoever asks has made it."""

    key: str
    name: str
    vintage: int
    atoms: tuple[str, ...]
    created_at: datetime
    changed_at: datetime
    is_yours: bool


@dataclass(frozen=True)
class KeptInfo:
    """A saved catchment in its owner's list. people: residents, None where none of its neighbourhoods is loaded."""

    key: str
    name: str
    vintage: int
    neighbourhoods: int
    people: int | None
    created_at: datetime
    changed_at: datetime


def get_saved(key: str, *, asking: str | None = None, parameter: str = "key") -> SavedInfo:
    """The catchment of this id, for whoever has the id.

    asking: the key of who asks; parameter: where the id stands. Raises UnknownCatchment.
    """
    found = Catchment.objects.filter(id=key).first()
    if found is None:
        raise UnknownCatchment("There is no such catchment.", parameter=parameter, found=key, valid=("the id of a saved catchment",))
    return _info(found, asking)


def list_saved(asking: str | None) -> tuple[KeptInfo, ...]:
    """Those that whoever asks has made, the last changed first; nobody else's, and none for who has no key."""
    return tuple(KeptInfo(**row) for row in read("queries/catchments_kept", {"owner": asking})) if asking else ()


def get_whole(saved: SavedInfo, release: ReleaseInfo) -> CatchmentInfo:
    """Everything about a saved catchment, from one release."""
    return describe(Snapped(find_atoms(saved.atoms, saved.vintage), *NOTHING_CHANGED), (), release)


def get_beside(first: SavedInfo, second: SavedInfo, release: ReleaseInfo) -> tuple[Profile, Profile]:
    """Two profiles. Where what one has and the other has not is too little to be told by itself, linked records are told of the first
    alone: with both, the reader would subtract."""
    country = get_country()
    atoms = [find_atoms(one.atoms, one.vintage) for one in (first, second)]
    profiles = [get_catchment_profile(mine, release) for mine in atoms]
    hidden = tuple(_hide(one, atoms, country) for one in profiles[1].figures)
    return profiles[0], replace(profiles[1], figures=hidden)


def _hide(figure: Figure, atoms: list[Indices], country: Country) -> Figure:
    """The figure of the second catchment, or a refusal where it is of linked records and differs too little from the first."""
    policy = (figure.indicator.definition.get("policy") or {}).get("numerator")
    if policy is None or figure.refused:
        return figure
    rule = load_policy(str(policy)).catchments
    geography = figure.snap.geography if figure.snap else None
    for mine, other in (atoms, atoms[::-1]):
        more = _only(mine, other, geography, country)
        people = float(country.ground.people[np.setdiff1d(mine, other)].sum())
        if len(more) and (len(more) < rule.atoms or people < rule.people):
            words = (
                f"One of the two has {len(more)} areas with {people:,.0f} residents that the other has not; the difference of two"
                f" catchments is not told of fewer than {rule.atoms} areas or {rule.people:,} residents, so only the first is answered."
            )
            return _refused(figure, Refused("small_difference", words))
    return figure


def _only(mine: Indices, other: Indices, geography: str | None, country: Country) -> Indices:
    """Areas of one catchment that are not in the other, on the set that the figure lives on."""
    if geography is None:
        return np.setdiff1d(mine, other).astype(np.intp)
    found = []
    for atoms in (mine, other):
        is_in = np.zeros(len(country.ground.codes), dtype=np.bool_)
        is_in[atoms] = True
        found.append(country.sets[geography].best_fit(is_in)[0])
    return np.setdiff1d(found[0], found[1]).astype(np.intp)


def _refused(figure: Figure, why: Refused) -> Figure:
    """The same without any number."""
    numbers = ("numerator", "denominator", "value", "lower", "upper", "gap", "gap_lower", "gap_upper", "filled")
    absent: dict[str, Any] = dict.fromkeys(numbers)
    words: dict[str, Any] = {"status": Status.SUPPRESSED, "comparison": Comparison.NOT_COMPARED, "reason": Reason.WITHHELD}
    return replace(figure, **absent, **words, is_reliable=False, refused=why)


def _info(found: Catchment, asking: str | None) -> SavedInfo:
    return SavedInfo(
        key=found.id,
        name=found.name,
        vintage=found.vintage,
        atoms=tuple(found.atoms),
        created_at=found.created_at,
        changed_at=found.changed_at,
        is_yours=asking is not None and compare_digest(found.owner, asking),
    )
