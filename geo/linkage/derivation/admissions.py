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
from geo.linkage.derivation.cubes import Counted, collapse
from geo.linkage.derivation.definitions import Derivation, Indicator
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.inputs import Inputs, keep
from geo.linkage.derivation.people import age_band, eligible, population, was_registered
from geo.linkage.derivation.windows import Window, key_of, windows_table
from geo.linkage.engines import Engine

EPISODE, STAY = ("EPIKEY",), ("person", "PROCODE", "ADMIDATE")
_FIRST, _UNFINISHED, _FINISHED = ("1", "01"), "1", "3"
# From here on STARTAGE tells parts of the first year of life.
_UNDER_ONE = 7000
_COLUMNS = ("EPIKEY", "person", "ADMIDATE", "EPISTART", "EPIORDER", "EPISTAT", "EPITYPE", "CLASSPAT", "ADMIMETH", "ADMISORC", "DISDATE",
            "SEX", "STARTAGE", "PROCODE", "AMENDED_AT")  # fmt: skip


def counted(inputs: Inputs, derivation: Derivation, windows: Sequence[Window]) -> Counted:
    """Population and admissions of a derivation, collapsed."""
    people = eligible(inputs.persons())
    of_people = collapse(population(people, windows), derivation, with_numerators=False)
    costs = inputs.events("costs") if inputs.has("costs") else None
    named = {each.slug: f"n_{number}" for number, each in enumerate(derivation.indicators)}
    found = admissions(inputs, inputs.events("apc"), people, derivation.indicators, costs)
    dated = _in_periods(found, windows, derivation)
    events = dated.select(
        "lsoa21", "practice", "period", "kind", "sex", "community", "person", "provider", band=age_band(dated["age"], derivation.ages),
        **{name: dated[slug] for slug, name in named.items()},
    )  # fmt: skip
    return Counted(of_people.people, of_people.denominators, named, events)


def admissions(inputs: Inputs, apc: Any, people: Any, indicators: Sequence[Indicator], costs: Any = None) -> Any:
    """One row an event that any indicator counts: person and who it is, on, age, provider, and for each indicator (its slug) what it adds.

    apc: records as linkage leaves them. An episode of which several versions stand there counts in its latest one; a stay that was still
    unfinished in one return and finished in the next counts once, as finished.
    """
    episodes = keep(inputs.engine, _of_people(latest_versions(apc), people))
    first = _without_superseded(episodes)
    parts = []
    for unit, table in (("admission_episode", first), ("spell", episodes), ("sum", first)):
        mine = [each for each in indicators if _unit(each) == unit]
        if mine:
            marked = _marked(inputs.engine, table, mine)
            events = marked if unit == "admission_episode" else _by_stay(marked, mine, episodes, costs)
            parts.append(_laid_out(events, mine, indicators))
    found = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return found.inner_join(_who(people), "person")


def latest_versions(apc: Any) -> Any:
    """The latest version of each episode; versions that say the same are one."""
    columns = [*(name for name in _COLUMNS), *(name for name in apc.columns if name.startswith(("DIAG_", "OPERTN_")))]
    versions = apc.group_by("EPIKEY").agg(latest=apc["AMENDED_AT"].max(), versions=apc.count())
    joined = apc.inner_join(versions, "EPIKEY")
    held = joined.filter(joined["AMENDED_AT"] == joined["latest"])
    single = held.filter(held["versions"] == 1).select(columns)
    return single.union(held.filter(held["versions"] > 1).select(columns).distinct())


def _of_people(apc: Any, people: Any) -> Any:
    """Unplanned and other episodes of people who may be counted and were registered on the day of admission, with age in years."""
    apc = apc.filter(apc["person"].notnull() & apc["ADMIDATE"].notnull())
    joined = apc.inner_join(people.select("person", "birth_date", "registered_from", "registered_to", "death_date"), "person")
    here = joined.filter(was_registered(joined, joined["ADMIDATE"]))
    age = (here["STARTAGE"] > _UNDER_ONE).ifelse(0, here["STARTAGE"].cast("int64"))
    return here.mutate(age=age).drop("birth_date", "registered_from", "registered_to", "death_date")


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


def _marked(engine: Engine, episodes: Any, indicators: Sequence[Indicator]) -> Any:
    """The episodes that any of the indicators counts, with 1 or 0 for each."""
    flags = {}
    for each in indicators:
        basket = baskets()[each.basket]
        selected = basket.selects(episodes, each.emergency_codes) & holds(episodes, each.numerator)
        flags[each.slug] = selected & basket.shows(episodes, each.conditions or tuple(basket.conditions))
    # Kept, so that the flags are computed once and not again in each place where they are asked for.
    marked = keep(engine, episodes.select(*STAY, "age", **flags))
    return marked.filter(reduce(or_, (marked[slug] for slug in flags))).select(
        *STAY, "age", **{slug: marked[slug].cast("int64") for slug in flags}
    )


def _by_stay(marked: Any, indicators: Sequence[Indicator], episodes: Any, costs: Any) -> Any:
    """One row a stay, with what each indicator adds: 1, the nights, or the cost in whole pounds (each episode's rounded)."""
    stays = marked.group_by(list(STAY)).agg(age=marked["age"].max(), **{each.slug: marked[each.slug].max() for each in indicators})
    if all(each.kind != "sum" for each in indicators):
        return stays
    whole = episodes.semi_join(stays, STAY).select(*STAY, "EPIKEY", "DISDATE")
    cost = ibis.literal(0, "int64")
    if costs is not None:
        pounds = costs.select("EPIKEY", pounds=(costs["COST"] + 0.5).floor().cast("int64"))
        whole = whole.left_join(pounds, "EPIKEY").drop("EPIKEY_right")
        cost = whole["pounds"].fill_null(0)
    whole = whole.mutate(cost=cost)
    totals = whole.group_by(list(STAY)).agg(discharged=whole["DISDATE"].max(), cost=whole["cost"].sum())
    joined = stays.inner_join(totals, STAY)
    nights = joined["discharged"].delta(joined["ADMIDATE"], unit="day").cast("int64").fill_null(0)
    values = {"bed_days": ibis.greatest(nights, 0), "cost": joined["cost"]}
    return joined.select(
        *STAY, "age", **{each.slug: joined[each.slug] * values[each.value] if each.value else joined[each.slug] for each in indicators}
    )


def _laid_out(events: Any, mine: Sequence[Indicator], indicators: Sequence[Indicator]) -> Any:
    """The events with a column for every indicator of the derivation, 0 where they are not of it."""
    own = {each.slug for each in mine}
    columns = {each.slug: events[each.slug].cast("int64") if each.slug in own else ibis.literal(0, "int64") for each in indicators}
    return events.select(person=events["person"], on=events["ADMIDATE"], age=events["age"], provider=events["PROCODE"], **columns)


def _who(people: Any) -> Any:
    return people.select("person", "lsoa21", "practice", "sex", "community")


def _in_periods(events: Any, windows: Sequence[Window], derivation: Derivation) -> Any:
    """The events once for each kind of period, with period and kind; those outside all periods are left out."""
    parts = []
    for kind in derivation.kinds:
        found = events.mutate(key=key_of(events["on"], kind))
        of_kind = [window for window in windows if window.kind == kind]
        if of_kind:
            table = windows_table(of_kind)
            parts.append(found.inner_join(table.select("key", "period", "kind"), "key"))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
