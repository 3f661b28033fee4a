"""Admissions that care outside hospital should have made unnecessary, by basket, with the days and the cost of the stays.

An admission counts in the period of its day of admission, however long the stay and whenever the record was closed. Its person is of the
register; its age that at admission. What the basket counts (first episodes, or stays) is said by the basket.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import ibis

from geo.linkage.derivation.baskets import baskets
from geo.linkage.derivation.definitions import Indicator
from geo.linkage.derivation.facts import Counted, Scene, collapse
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.inputs import Inputs, keep
from geo.linkage.derivation.people import PERSONAL, band_of, population, was_registered
from geo.linkage.derivation.windows import in_windows, windows_table

STAY = ("person", "PROCODE", "ADMIDATE")
_FIRST, _UNFINISHED, _FINISHED = ("1", "01"), "1", "3"
# From here on STARTAGE tells parts of the first year of life.
_UNDER_ONE = 7000
_NOT_KNOWN = "not known"
_COLUMNS = ("EPIKEY", "person", "ADMIDATE", "EPIORDER", "EPISTAT", "EPITYPE", "CLASSPAT", "ADMIMETH", "ADMISORC", "DISDATE", "SEX",
            "STARTAGE", "PROCODE")  # fmt: skip
_CODES = ("DIAG_", "OPERTN_")


def counted(scene: Scene) -> Counted:
    """Population and admissions of a derivation, collapsed."""
    inputs, derivation = scene.inputs, scene.derivation
    of_people = collapse(population(scene.register.eligible, windows_table(scene.windows)), scene, with_numerators=False)
    costs = inputs.events("costs") if inputs.has("costs") else None
    found = in_windows(admissions(inputs, inputs.events("apc"), scene.register.eligible, derivation.indicators, costs), "on", scene.windows)
    values = {name: found[slug] for slug, name in of_people.numerators.items()}
    events = found.select("window", *PERSONAL, "provider", band=band_of(found["age"], derivation.ages), **values)
    return Counted(of_people.people, of_people.denominators, of_people.numerators, events)


def admissions(inputs: Inputs, apc: Any, people: Any, indicators: Sequence[Indicator], costs: Any = None) -> Any:
    """One row an event that any indicator counts: person, home, sex, community, on, age, provider, and for each slug what it adds.

    apc: records as linkage leaves them. An episode of which several versions stand there counts in its latest one; a stay that was still
    unfinished in one return and finished in the next counts once, as finished.
    """
    shown = keep(inputs.engine, _unplanned(_of_people(latest_versions(apc), people), indicators))
    episodes = shown.mutate(**{each.slug: _flag(shown, each) for each in indicators})
    parts = []
    for unit in ("admission_episode", "spell", "sum"):
        mine = [each for each in indicators if _unit(each) == unit]
        if mine:
            marked = _of_any(episodes if unit == "spell" else _without_superseded(episodes), mine)
            events = marked if unit == "admission_episode" else _by_stay(marked, mine, episodes, costs)
            parts.append(_laid_out(events, mine, indicators))
    found = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return found.inner_join(people.select(*PERSONAL), "person")


def latest_versions(apc: Any) -> Any:
    """The latest version of each episode; versions that say the same are one."""
    columns = [*_COLUMNS, *(name for name in apc.columns if name.startswith(_CODES))]
    versions = apc.group_by("EPIKEY").agg(latest=apc["AMENDED_AT"].max(), versions=apc.count())
    several = versions.filter(versions["versions"] > 1)
    of_several = apc.inner_join(several, "EPIKEY")
    held = of_several.filter(of_several["AMENDED_AT"] == of_several["latest"]).select(columns).distinct()
    return apc.anti_join(several, "EPIKEY").select(columns).union(held)


def _of_people(apc: Any, people: Any) -> Any:
    """Episodes of people who may be counted and were registered on the day of admission, with age in years."""
    apc = apc.filter(apc["person"].notnull() & apc["ADMIDATE"].notnull())
    joined = apc.inner_join(people.select("person", "birth_date", "registered_from", "registered_to", "death_date"), "person")
    here = joined.filter(was_registered(joined, joined["ADMIDATE"]))
    start = here["STARTAGE"].try_cast("int64")
    age = (start > _UNDER_ONE).ifelse(0, start)
    return here.mutate(age=age, PROCODE=here["PROCODE"].fill_null(_NOT_KNOWN))


def _unplanned(episodes: Any, indicators: Sequence[Indicator]) -> Any:
    """The episodes of unplanned stays, with whether each shows the conditions of each basket that is asked for, found once."""
    asked = {_shown(each): each for each in indicators}
    shows = {name: baskets()[each.basket].shows(episodes, _conditions(each)) for name, each in asked.items()}
    unplanned = reduce(or_, (holds(episodes, _method_of(each)) for each in indicators))
    return episodes.filter(unplanned).select(*_COLUMNS, "age", **shows)


def _flag(episodes: Any, indicator: Indicator) -> Any:
    """1 where an indicator counts an episode, else 0."""
    selected = baskets()[indicator.basket].selects(episodes, indicator.emergency_codes) & holds(episodes, indicator.numerator)
    return (selected & episodes[_shown(indicator)]).cast("int64")


def _conditions(indicator: Indicator) -> tuple[str, ...]:
    return indicator.conditions or tuple(baskets()[indicator.basket].conditions)


def _shown(indicator: Indicator) -> str:
    """The column that says whether an episode shows the conditions of an indicator."""
    return f"{indicator.basket} shows {' '.join(indicator.conditions) or 'any'}"


def _method_of(indicator: Indicator) -> dict[str, Any]:
    """What the basket asks of the method of admission, which all episodes of a stay share."""
    return {name: words for name, words in baskets()[indicator.basket].selection.items() if name == "ADMIMETH"}


def _of_any(episodes: Any, indicators: Sequence[Indicator]) -> Any:
    return episodes.filter(reduce(or_, (episodes[each.slug] > 0 for each in indicators)))


def _without_superseded(episodes: Any) -> Any:
    """Without unfinished first episodes of which there is a finished record."""
    is_first = episodes["EPIORDER"].isin(_FIRST)
    finished = episodes.filter(is_first & (episodes["EPISTAT"] == _FINISHED)).select(*STAY).distinct()
    unfinished = (episodes["EPISTAT"] == _UNFINISHED).fill_null(False)
    waiting = episodes.filter(unfinished).anti_join(finished, STAY)
    return episodes.filter(~unfinished).union(waiting)


def _unit(indicator: Indicator) -> str:
    """How the events of an indicator are told apart: sums are of stays whose first episode the basket counts."""
    if indicator.kind == "sum":
        return "sum"
    return indicator.event_unit or baskets()[indicator.basket].event_unit


def _by_stay(marked: Any, indicators: Sequence[Indicator], episodes: Any, costs: Any) -> Any:
    """One row a stay, with what each indicator adds: 1, the nights, or the cost in whole pounds (each episode's rounded)."""
    stays = marked.group_by(list(STAY)).agg(age=marked["age"].max(), **{each.slug: marked[each.slug].max() for each in indicators})
    if all(each.kind != "sum" for each in indicators):
        return stays
    whole = episodes.semi_join(stays, STAY).select(*STAY, "EPIKEY", "DISDATE")
    if costs is None:
        whole = whole.mutate(cost=ibis.literal(0, "int64"))
    else:
        pounds = costs.select("EPIKEY", cost=(costs["COST"] + 0.5).floor().cast("int64"))
        whole = whole.left_join(pounds, "EPIKEY").select(*STAY, "DISDATE", "cost")
    totals = whole.group_by(list(STAY)).agg(discharged=whole["DISDATE"].max(), cost=whole["cost"].fill_null(0).sum())
    joined = stays.inner_join(totals, STAY)
    nights = joined["discharged"].delta(joined["ADMIDATE"], unit="day").cast("int64").fill_null(0)
    values = {"bed_days": ibis.greatest(nights, 0), "cost": joined["cost"].cast("int64")}
    return joined.select(*STAY, "age", **{each.slug: joined[each.slug] * values[each.value] for each in indicators})


def _laid_out(events: Any, mine: Sequence[Indicator], indicators: Sequence[Indicator]) -> Any:
    """The events with a column for every indicator of the derivation, 0 where they are not of it."""
    own = {each.slug for each in mine}
    columns = {each.slug: events[each.slug].cast("int64") if each.slug in own else ibis.literal(0, "int64") for each in indicators}
    return events.select(person=events["person"], on=events["ADMIDATE"], age=events["age"], provider=events["PROCODE"], **columns)
