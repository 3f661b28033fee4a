"""Screening programmes: who is in one, tested in time, never tested, and the need of everybody by state, all as on the reference day.

Rules of a programme stand in its derivation file with their dates, and hold for each person by what was known of that person then: when the
next test is due follows from the day, age and result of the last adequate one. Outcomes of invitations are taken as known later.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

import ibis
from ibis import _

from geo.linkage.derivation.checking import refuse_unknown, require, wrong
from geo.linkage.derivation.definitions import FOLDER, Derivation
from geo.linkage.derivation.facts import Counted, Scene, collapse
from geo.linkage.derivation.inputs import fetched, keep
from geo.linkage.derivation.people import PERSONAL, age_on, months_on, number_of, population, was_registered
from geo.linkage.derivation.windows import in_windows, windows_table

# Every person of a programme is in one of these.
STATES = ("unsuitable_or_ceased", "not_yet_due", "declined", "not_traced", "invited", "not_invited")
_OUTCOMES = ("not_attended", "declined", "unsuitable", "ceased", "not_traced", "attended")
_OPEN = len(_OUTCOMES)
# Two days in one number, so that the later test brings along when the next is due; likewise an invitation and its outcome.
_DAY, _OUTCOME, _A_YEAR, _MONTHS_A_YEAR = 10**8, 10, 10_000, 12
_PARAMETERS = ("programme", "sexes", "ages", "adequate", "due")
_OPTIONAL = ("first_due_age", "coverage_months", "only_with")


def counted(scene: Scene) -> Counted:
    """The people of a programme in each window, collapsed."""
    check_parameters(scene.derivation)
    first = fetched(scene.inputs.engine, _of_programme(scene).agg(first=_["INVITED_ON"].min()))["first"][0]
    return collapse(facts(scene), scene, with_numerators=True, records_from=first)


def facts(scene: Scene) -> Any:
    """One row a person of the programme's sex and a window: who the person is, age, and on the reference day

    in_programme (of its ages then), ceased, never_tested, tested_<m> (adequately within m months), up_to_date (next test not yet due) and
    one column a state, of which exactly one is true for who is in the programme.
    """
    rules = scene.derivation.parameters
    months = tuple(rules.get("coverage_months", ()))
    from_ages, below_ages = zip(*(_ages_on(rules["ages"], each.reference) for each in scene.windows), strict=True)
    table = windows_table(scene.windows, months, age_from=from_ages, age_below=below_ages)
    people = _of_sexes(scene)
    present = population(people, table)
    present = present.filter((present["age"] >= min(from_ages)) & (present["age"] < max(below_ages)))
    history = _history(scene, people).rename(who="person", then="window")
    joined = present.left_join(history, [present["person"] == history["who"], present["window"] == history["then"]])
    return _stated(joined, rules, months)


def uptake(scene: Scene) -> Counted:
    """Invitations in each window, collapsed: one row a person, programme and window, for the first invitation in it."""
    rules = scene.derivation.parameters
    events = scene.inputs.events("screening").filter(lambda each: each["person"].notnull())
    told = events.select("person", "PROGRAMME", "INVITED_ON", "OUTCOME", "RESULT", "SCREENED_ON")
    invited = told.inner_join(scene.register.eligible, "person")
    invited = invited.filter(was_registered(invited, invited["INVITED_ON"]))
    adequate = invited["RESULT"].isin(rules["adequate"]) & (invited["OUTCOME"] == "attended")
    in_time = months_on(invited["INVITED_ON"], invited["SCREENED_ON"] - ibis.interval(days=1)) < rules["months"]
    invited = invited.mutate(
        attended=(adequate & in_time).fill_null(False).cast("int64"),
        left_out=invited["OUTCOME"].isin(rules["left_out"]).fill_null(False).cast("int64"),
        age=age_on(invited["birth_date"], invited["INVITED_ON"]),
        number=number_of(invited["INVITED_ON"]),
    )
    # The first invitation of the window, with what came of it, in one number each.
    packed = in_windows(invited, "INVITED_ON", scene.windows)
    packed = packed.mutate(packed=((packed["number"] * 2 + packed["left_out"]) * 2 + 1 - packed["attended"]) * 1000 + packed["age"])
    first = packed.group_by([*PERSONAL, "PROGRAMME", "window"]).agg(packed=packed["packed"].min())
    # Spark does not tell names by capitals apart, so that PROGRAMME must go where programme comes.
    rows = first.select(
        *PERSONAL,
        "window",
        programme=first["PROGRAMME"],
        age=first["packed"] % 1000,
        attended=(first["packed"] // 1000) % 2 == 0,
        left_out=(first["packed"] // 2000) % 2 == 1,
    )
    return collapse(rows, scene, with_numerators=True)


def check_parameters(derivation: Derivation) -> None:
    """Raises DefinitionError where the rules of a programme are not whole."""
    path, given = FOLDER / f"{derivation.name}.yaml", derivation.parameters
    require(path, given, _PARAMETERS, _OPTIONAL, "parameters")
    for number, rule in enumerate(given["due"]):
        key = f"parameters.due.{number}"
        refuse_unknown(path, key, rule, ("years", "since", "before", "age_from", "age_below", "results", "self_sample"))
        if not isinstance(rule.get("years"), int):
            raise wrong(path, f"{key}.years", rule.get("years"), "a whole number of years")
    for number, rule in enumerate(given["ages"]):
        require(path, rule, ("since", "from", "below"), (), f"parameters.ages.{number}")


def due_after(table: Any, rules: Sequence[Mapping[str, Any]]) -> Any:
    """The day (yyyymmdd) on which the next test is due, by the first rule that fits the test; null where none does.

    table: with SCREENED_ON, RESULT, SELF_SAMPLE and tested_age, the age at the test.
    """
    tested = number_of(table["SCREENED_ON"])
    cases = [(_fits(table, rule), tested + rule["years"] * _A_YEAR) for rule in rules]
    return ibis.cases(*cases, else_=ibis.null("int64"))


def _fits(table: Any, rule: Mapping[str, Any]) -> Any:
    parts = [table["SCREENED_ON"].notnull()]
    if "since" in rule:
        parts.append(table["SCREENED_ON"] >= ibis.literal(rule["since"]))
    if "before" in rule:
        parts.append(table["SCREENED_ON"] < ibis.literal(rule["before"]))
    if "age_from" in rule:
        parts.append(table["tested_age"] >= rule["age_from"])
    if "age_below" in rule:
        parts.append(table["tested_age"] < rule["age_below"])
    if "results" in rule:
        parts.append(table["RESULT"].isin(rule["results"]))
    if "self_sample" in rule:
        is_own = (table["SELF_SAMPLE"] == "Y").fill_null(False)
        parts.append(is_own if rule["self_sample"] else ~is_own)
    return reduce(and_, parts).fill_null(False)


def _history(scene: Scene, people: Any) -> Any:
    """What invitations up to the reference day say of each person and window: last test with what is due, last invitation, ceased."""
    rules = scene.derivation.parameters
    events = _of_programme(scene).inner_join(people.select("person", "birth_date"), "person")
    events = events.mutate(tested_age=age_on(events["birth_date"], events["SCREENED_ON"]))
    adequate = ((events["OUTCOME"] == "attended") & events["RESULT"].isin(rules["adequate"])).fill_null(False)
    tested = number_of(events["SCREENED_ON"])
    due = due_after(events, rules["due"]).fill_null(0)
    places = ibis.cases(*((events["OUTCOME"] == name, place) for place, name in enumerate(_OUTCOMES)), else_=_OPEN).cast("int64")
    packed = keep(
        scene.inputs.engine,
        events.select(
            "person",
            "INVITED_ON",
            "SCREENED_ON",
            test=adequate.ifelse(tested * _DAY + due, ibis.null("int64")),
            invitation=number_of(events["INVITED_ON"]) * _OUTCOME + places,
            ceased=(events["OUTCOME"] == "ceased").fill_null(False).cast("int64"),
        ),
    )
    crossed = packed.cross_join(windows_table(scene.windows).select("window", "reference"))
    known = crossed.filter(crossed["INVITED_ON"] <= crossed["reference"])
    return known.group_by(["person", "window"]).agg(
        test=known["test"].max(where=known["SCREENED_ON"] <= known["reference"]),
        invitation=known["invitation"].max(),
        ceased=known["ceased"].max(),
    )


def _stated(joined: Any, rules: Mapping[str, Any], months: Sequence[int]) -> Any:
    """The columns of facts, from what is known of each person."""
    reference = joined["reference_number"]
    tested = (joined["test"] // _DAY).fill_null(0)
    due = (joined["test"] % _DAY).fill_null(0)
    invited = (joined["invitation"] // _OUTCOME).fill_null(0)
    outcome = (joined["invitation"] % _OUTCOME).fill_null(_OPEN)
    never, current = tested == 0, due > reference
    ceased = (joined["ceased"] > 0).fill_null(False)
    asked = invited > tested
    waiting = never & (joined["age"] < rules.get("first_due_age", 0))
    named = dict(zip(_OUTCOMES, range(len(_OUTCOMES)), strict=True))
    states = {
        "unsuitable_or_ceased": ceased | (~current & asked & (outcome == named["unsuitable"])),
        "not_yet_due": current | waiting,
        "declined": asked & (outcome == named["declined"]),
        "not_traced": asked & (outcome == named["not_traced"]),
        "invited": asked,
        "not_invited": ibis.literal(True),
    }
    within = {f"tested_{m}": tested > number_of(joined[f"back_{m}"]) for m in months}
    return joined.select(
        *PERSONAL,
        "window",
        "age",
        in_programme=(joined["age"] >= joined["age_from"]) & (joined["age"] < joined["age_below"]),
        ceased=ceased,
        never_tested=never,
        up_to_date=current,
        state=ibis.cases(*((condition, name) for name, condition in states.items()), else_="not_invited"),
        **within,
    )


def _of_programme(scene: Scene) -> Any:
    events = scene.inputs.events("screening")
    return events.filter((events["PROGRAMME"] == scene.derivation.parameters["programme"]) & events["person"].notnull()).select(
        "person", "INVITED_ON", "OUTCOME", "SCREENED_ON", "RESULT", "SELF_SAMPLE"
    )


def _of_sexes(scene: Scene) -> Any:
    """The people whom the programme may invite: of its sexes, and (of lung screening) known to have smoked."""
    rules = scene.derivation.parameters
    people = scene.register.eligible.filter(lambda each: each["sex"].isin(rules["sexes"]))
    if "only_with" not in rules:
        return people
    events = scene.inputs.events("gp_events")
    wanted = (events["CLUSTER"] == rules["only_with"]["cluster"]) & (events["VALUE"] >= rules["only_with"]["from"])
    return people.semi_join(events.filter(wanted.fill_null(False) & events["person"].notnull()), "person")


def _ages_on(rules: Sequence[Mapping[str, Any]], day: date) -> tuple[int, int]:
    """The ages of a programme on a day: of the latest rule that has begun."""
    begun = [rule for rule in rules if rule["since"] <= day]
    held = max(begun, key=lambda rule: rule["since"]) if begun else rules[0]
    return held["from"], held["below"]
