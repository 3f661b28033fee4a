"""Vaccinations: of children who reach an age in the period (COVER), and of the groups that a flu season offers vaccine.

COVER asks whether a child who reached 12 months, 24 months or 5 years in the period, and is registered at its end, had so many doses by
that birthday (the day itself included). Doses are told apart by their day: what was sent twice counts once. What is asked of whom goes by
date of birth, so it is a filter of the indicator.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import ibis

from geo.linkage.derivation.checking import require
from geo.linkage.derivation.definitions import FOLDER
from geo.linkage.derivation.facts import Counted, Scene, collapse
from geo.linkage.derivation.people import PERSONAL, age_by_numbers, as_number, months_on, population
from geo.linkage.derivation.windows import in_windows, months_before, windows_table

_EVENTS = "immunisation"
_FLU = "FLU"
_A_DAY = 1
# Who is at clinical risk is offered flu vaccine from this age in months on.
_LEAST_MONTHS = 6


def childhood(scene: Scene) -> Counted:
    """Children of each window by the age that they reached, collapsed."""
    return collapse(children(scene), scene, with_numerators=True)


def children(scene: Scene) -> Any:
    """One row a child and window in which it reached an age: who, birth_date, age (years), reached (months), one flag a set of doses."""
    path, rules = FOLDER / f"{scene.derivation.name}.yaml", scene.derivation.parameters
    require(path, rules, ("reached", "doses"), (), "parameters")
    for name, asked in rules["doses"].items():
        require(path, asked, ("vaccines", "least", "by"), ("from",), f"parameters.doses.{name}")
    # Who reaches an age in a period was born after the one day and by the other.
    ages, day_before = sorted(rules["reached"]), timedelta(days=_A_DAY)
    after = {f"after_{age}": [months_before(each.start - day_before, age) for each in scene.windows] for age in ages}
    by = {f"by_{age}": [months_before(each.end, age) for each in scene.windows] for age in ages}
    young = scene.register.eligible.filter(lambda each: each["birth_date"] > min(day for days in after.values() for day in days))
    present = population(young, windows_table(scene.windows, (), **after, **by))
    born = present["birth_date"]
    reached = ibis.cases(*(((born > present[f"after_{age}"]) & (born <= present[f"by_{age}"]), age) for age in ages), else_=0).cast("int64")
    present = present.mutate(reached=reached).filter(lambda each: each["reached"] > 0)
    given = _doses(scene, young, rules["doses"]).rename(who="person")
    joined = present.left_join(given, present["person"] == given["who"])
    flags = {name: (joined[name] >= asked["least"]).fill_null(False) for name, asked in rules["doses"].items()}
    return joined.select(*PERSONAL, "window", "birth_date", "age", "reached", **flags)


def flu(scene: Scene) -> Counted:
    """People of each season with the groups that they are of, collapsed."""
    return collapse(flu_people(scene), scene, with_numerators=True)


def flu_people(scene: Scene) -> Any:
    """One row a person and season, for who is registered at its end: age (then), age_of_children and age_of_older on the days of the
    season, at_risk (and of six months when it begins), vaccinated.
    """
    path, rules = FOLDER / f"{scene.derivation.name}.yaml", scene.derivation.parameters
    require(path, rules, ("seasons", "at_risk"), (), "parameters")
    seasons = {each["period"]: each for each in rules["seasons"]}
    for period, each in seasons.items():
        require(path, each, ("period", "from", "to", "children_on", "older_on"), (), f"parameters.seasons.{period}")
    held = [place for place, each in enumerate(scene.windows) if each.period in seasons]
    of_windows = [seasons.get(each.period, rules["seasons"][0]) for each in scene.windows]
    table = windows_table(
        scene.windows,
        season_from=[each["from"] for each in of_windows],
        season_to=[each["to"] for each in of_windows],
        children_on=[as_number(each["children_on"]) for each in of_windows],
        older_on=[as_number(each["older_on"]) for each in of_windows],
        born_by=[as_number(months_before(each["from"], _LEAST_MONTHS)) for each in of_windows],
    )
    table = table.filter(table["window"].isin(held))
    present = population(scene.register.eligible, table)
    doses = _flu_doses(scene, table).rename(who="person", then="window")
    joined = present.left_join(doses, [present["person"] == doses["who"], present["window"] == doses["then"]])
    risk = _at_risk(scene, rules["at_risk"])
    joined = joined.left_join(risk, joined["person"] == risk["risky"])
    return joined.select(
        *PERSONAL,
        "window",
        "age",
        age_of_children=age_by_numbers(joined["born"], joined["children_on"]),
        age_of_older=age_by_numbers(joined["born"], joined["older_on"]),
        at_risk=(joined["since"] <= joined["season_to"]).fill_null(False) & (joined["born"] <= joined["born_by"]),
        vaccinated=joined["who"].notnull(),
    )


def _doses(scene: Scene, young: Any, asked: Mapping[str, Mapping[str, Any]]) -> Any:
    """Doses of each child by the name of the set that is asked for: different days in the span of age."""
    events = scene.inputs.events(_EVENTS)
    wanted = sorted({vaccine for each in asked.values() for vaccine in each["vaccines"]})
    events = events.filter(events["person"].notnull() & events["VACCINE"].isin(wanted)).select("person", "VACCINE", "GIVEN_ON").distinct()
    dated = events.inner_join(young.select("person", "birth_date"), "person")
    dated = dated.mutate(
        full=months_on(dated["birth_date"], dated["GIVEN_ON"]),
        by=months_on(dated["birth_date"], dated["GIVEN_ON"] - ibis.interval(days=_A_DAY)),
    )
    counts = {}
    for name, each in asked.items():
        counted = dated["VACCINE"].isin(each["vaccines"]) & (dated["by"] < each["by"]) & (dated["full"] >= each.get("from", 0))
        # Rows of one vaccine are of different days already.
        counts[name] = dated.count(where=counted) if len(each["vaccines"]) == 1 else dated["GIVEN_ON"].nunique(where=counted)
    return dated.group_by("person").agg(**counts)


def _flu_doses(scene: Scene, table: Any) -> Any:
    """Person and window of everybody who was vaccinated in a season."""
    events = scene.inputs.events(_EVENTS)
    events = events.filter((events["VACCINE"] == _FLU) & events["person"].notnull()).select("person", "GIVEN_ON")
    dated = in_windows(events, "GIVEN_ON", scene.windows).inner_join(table.select("window", "season_from", "season_to"), "window")
    inside = dated.filter((dated["GIVEN_ON"] >= dated["season_from"]) & (dated["GIVEN_ON"] <= dated["season_to"]))
    return inside.select("person", "window").distinct()


def _at_risk(scene: Scene, clusters: list[str]) -> Any:
    """Since when each person has a condition for which vaccine is offered."""
    events = scene.inputs.events("gp_events")
    found = events.filter(reduce(or_, (events["CLUSTER"] == each for each in clusters)) & events["person"].notnull())
    return found.group_by("person").agg(since=found["EVENT_DATE"].min()).rename(risky="person")
