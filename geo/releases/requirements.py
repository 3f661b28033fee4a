"""Which staged tables each indicator is made of, and what the release says of those that are not there.

An indicator without a table that all of its figures need is left out; where a table gives only a part of its figures (a period), the
others stand. Either is told with the source and why it is not there, and so is an earlier edition that was kept for want of a new one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from geo.models import SourceLoad
from geo.releases import build_authorities as authorities
from geo.releases import build_commissioners as commissioners
from geo.releases import build_life_expectancy as life_expectancy
from geo.releases import build_neighbourhoods as neighbourhoods
from geo.releases import build_practices as practices
from geo.releases.areas_ages import AGES
from geo.releases.context import missing_tables
from geo.releases.definitions import Definition

_FAULTY = ("failed", "absent")
_NEVER_LOADED = "not loaded"


@dataclass(frozen=True)
class Needs:
    """Staged tables. always: without them there is no figure. either: each gives some of the figures. extra: more figures beside those.

    supplied: optional files of the site, of which any one is enough; that the others are not there is no loss.
    """

    always: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lacking:
    """What is not there. left_out: the indicator has no figure; partly: it has, but fewer. Table names.

    not_supplied: it has no figure for want of a file that a site may supply, which is no fault.
    """

    left_out: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    not_supplied: tuple[str, ...] = ()


def needs_of(definition: Definition) -> Needs:
    """The staged tables of an indicator, by its family and measure."""
    return _NEEDS[definition.family](definition)


def lacking_of(definition: Definition) -> Lacking:
    """Which of an indicator's tables staging does not hold."""
    needs = needs_of(definition)
    always, either = missing_tables(needs.always), missing_tables(needs.either)
    if needs.supplied and not set(needs.supplied) - set(missing_tables(needs.supplied)):
        return Lacking(not_supplied=needs.supplied)
    if always or (needs.either and len(either) == len(needs.either)):
        return Lacking(left_out=(*always, *either))
    return Lacking(partly=(*either, *missing_tables(needs.extra)))


def reasons(tables: Iterable[str]) -> dict[str, str]:
    """Source -> why its table is not there: the fault of the last attempt to load it."""
    faults = _faults()
    sources = (table.replace("_", "-") for table in tables)
    return {source: faults.get(source, _NEVER_LOADED) for source in sources}


def kept_editions() -> dict[str, str]:
    """Source -> fault, where the last attempt to load it failed and the edition loaded before goes on being used."""
    loaded = set(SourceLoad.objects.filter(is_current=True).values_list("slug", flat=True))
    return {slug: fault for slug, fault in _faults().items() if slug in loaded}


def _faults() -> dict[str, str]:
    """Source -> fault of its last attempt, where that failed."""
    last = SourceLoad.objects.order_by("slug", "-id").distinct("slug").values_list("slug", "state", "error")
    return {slug: _message(error) for slug, state, error in last if state in _FAULTY}


def _message(error: dict[str, Any]) -> str:
    return str(error.get("message") or error.get("fault") or "")


def _of_qof(definition: Definition) -> Needs:
    has_next = bool(definition.measure.get("fraction_2021_22"))
    return Needs((practices.REGISTRATIONS, practices.QOF_COUNTS), extra=(practices.QOF_FRACTIONS,) if has_next else ())


def _of_districts(definition: Definition) -> Needs:
    table = definition.measure["file"].replace("-", "_")
    return Needs((table, authorities.LAD_CODES) if table == authorities.HEALTH_INDEX else (table,))


def _of_local_health(definition: Definition) -> Needs:
    has_west_sussex = bool(definition.measure.get("west_sussex"))
    return Needs(either=(authorities.PENNINE, *([authorities.WEST_SUSSEX] if has_west_sussex else [])))


def _of_census(definition: Definition) -> Needs:
    return Needs((AGES if definition.measure["table"] == "age" else neighbourhoods.ETHNICITY,))


_NEEDS: dict[str, Callable[[Definition], Needs]] = {
    "cervical": lambda _: Needs((practices.REGISTRATIONS, practices.CERVICAL)),
    "qof": _of_qof,
    "smi": lambda _: Needs((commissioners.SUCCESSION, commissioners.SMI)),
    "non_elective": lambda _: Needs((commissioners.SUCCESSION, commissioners.ACTIVITY)),
    "cover": lambda _: Needs(either=tuple(authorities.COVER.values())),
    "districts": _of_districts,
    "life_expectancy": lambda _: Needs(supplied=(life_expectancy.DEATHS, life_expectancy.PUBLISHED)),
    "local_health": _of_local_health,
    "census": _of_census,
    "stroke": lambda _: Needs((neighbourhoods.STROKE,)),
    "imd_parts": lambda _: Needs((neighbourhoods.IMD_PARTS,)),
    "linked": lambda _: Needs(),
    "deprivation": lambda definition: Needs((neighbourhoods.DEPRIVATION[definition.measure["index"]],)),
}
