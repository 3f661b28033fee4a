"""What practices record: the physical health checks of people with severe mental illness, and blood pressure and cardiovascular risk.

All as on the reference day, the last of the period, looking back from it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from geo.linkage.derivation.checking import require
from geo.linkage.derivation.definitions import FOLDER
from geo.linkage.derivation.facts import Counted, Scene, collapse
from geo.linkage.derivation.people import PERSONAL, number_of, population
from geo.linkage.derivation.windows import windows_table

_YEAR, _HALF_YEAR = 12, 6
# A day and a value in one number, so that the latest value can be taken: of one day the highest. Values have one decimal.
_VALUE, _TENTH = 10**6, 10


def severe_mental_illness(scene: Scene) -> Counted:
    """People with severe mental illness and their checks, collapsed."""
    return collapse(checks(scene), scene, with_numerators=True)


def checks(scene: Scene) -> Any:
    """One row a person and window who was ever recorded with severe mental illness, or has lithium: on_register (without remission),
    on_qof_register (ever recorded, or lithium in six months), one flag an element, and all_six.
    """
    path, rules = FOLDER / f"{scene.derivation.name}.yaml", scene.derivation.parameters
    require(path, rules, ("illness", "remission", "lithium", "elements"), (), "parameters")
    elements: Mapping[str, Sequence[str]] = rules["elements"]
    events = _events(scene, [rules["illness"], rules["remission"], rules["lithium"], *(c for each in elements.values() for c in each)])
    whose = events.filter(events["CLUSTER"].isin([rules["illness"], rules["lithium"]])).select("person").distinct()
    people = scene.register.eligible.semi_join(whose, "person")
    table = windows_table(scene.windows, (_YEAR, _HALF_YEAR))
    known = events.semi_join(whose, "person").cross_join(table.select("window", "reference", f"back_{_YEAR}", f"back_{_HALF_YEAR}"))
    known = known.filter(known["EVENT_DATE"] <= known["reference"])
    recent = known["EVENT_DATE"] > known[f"back_{_YEAR}"]
    told = known.group_by(["person", "window"]).agg(
        ill=known["EVENT_DATE"].max(where=known["CLUSTER"] == rules["illness"]),
        remission=known["EVENT_DATE"].max(where=known["CLUSTER"] == rules["remission"]),
        lithium=((known["CLUSTER"] == rules["lithium"]) & (known["EVENT_DATE"] > known[f"back_{_HALF_YEAR}"])).max(),
        **{name: (known["CLUSTER"].isin(clusters) & recent).max() for name, clusters in elements.items()},
    )
    present = population(people, table)
    told = told.rename(who="person", then="window")
    joined = present.inner_join(told, [present["person"] == told["who"], present["window"] == told["then"]])
    ill = joined["ill"].notnull()
    flags = {name: joined[name].fill_null(False) for name in elements}
    all_six = ibis.literal(True)
    for flag in flags.values():
        all_six = all_six & flag
    return joined.select(
        *PERSONAL,
        "window",
        "age",
        on_register=ill & ~(joined["remission"] > joined["ill"]).fill_null(False),
        on_qof_register=ill | joined["lithium"].fill_null(False),
        all_six=all_six,
        **flags,
    )


def conditions(scene: Scene) -> Counted:
    """Everybody with blood pressure and cardiovascular risk, collapsed."""
    return collapse(condition_people(scene), scene, with_numerators=True)


def condition_people(scene: Scene) -> Any:
    """One row a person and window: hypertension, cardiovascular (ever recorded by then), pressure_checked and pressure_controlled (latest
    systolic value within 12 months, below the limit of the age), assessed (risk within the months of the rule), high_risk.
    """
    path, rules = FOLDER / f"{scene.derivation.name}.yaml", scene.derivation.parameters
    require(path, rules, ("pressure", "pressure_limits", "risk", "risk_months", "high_risk_from", "registers"), (), "parameters")
    months = (_YEAR, rules["risk_months"])
    table = windows_table(scene.windows, months)
    present = population(scene.register.eligible.filter(lambda each: each["birth_date"].notnull()), table)
    present = present.filter(present["age"] >= min(scene.derivation.parameters["pressure_limits"]))
    since = _since(scene, rules["registers"]).rename(who="person")
    joined = present.left_join(since, present["person"] == since["who"])
    latest = _latest(scene, table, {"pressure": (rules["pressure"], months[0]), "risk": (rules["risk"], months[1])})
    latest = latest.rename(of="person", then="window")
    joined = joined.left_join(latest, [joined["person"] == latest["of"], joined["window"] == latest["then"]])
    pressure, risk = (joined[name] % _VALUE for name in ("pressure", "risk"))
    limits = sorted(rules["pressure_limits"].items(), reverse=True)
    limit = ibis.cases(*((joined["age"] >= age, below * _TENTH) for age, below in limits), else_=0)
    registers = {name: (joined[f"since_{name}"] <= joined["reference"]).fill_null(False) for name in rules["registers"]}
    return joined.select(
        *PERSONAL,
        "window",
        "age",
        pressure_checked=joined["pressure"].notnull(),
        pressure_controlled=(pressure < limit).fill_null(False),
        assessed=joined["risk"].notnull(),
        high_risk=(risk >= rules["high_risk_from"] * _TENTH).fill_null(False),
        **registers,
    )


def _events(scene: Scene, clusters: Sequence[str]) -> Any:
    events = scene.inputs.events("gp_events")
    wanted = events["person"].notnull() & events["CLUSTER"].isin(list(clusters))
    return events.filter(wanted).select("person", "CLUSTER", "EVENT_DATE", "VALUE")


def _since(scene: Scene, registers: Mapping[str, str]) -> Any:
    """The day on which each person was first recorded with each condition, as since_<name>."""
    events = _events(scene, list(registers.values()))
    days = {f"since_{name}": events["EVENT_DATE"].min(where=events["CLUSTER"] == cluster) for name, cluster in registers.items()}
    return events.group_by("person").agg(**days)


def _latest(scene: Scene, table: Any, asked: Mapping[str, tuple[str, int]]) -> Any:
    """The latest value of each person and window of each cluster within so many months, with its day in one number; null where none is.

    asked: name to cluster and months.
    """
    events = _events(scene, [cluster for cluster, _ in asked.values()])
    events = events.filter(events["VALUE"].notnull())
    tenths = (events["VALUE"] * _TENTH + 0.5).floor().cast("int64")
    packed = events.select("person", "CLUSTER", "EVENT_DATE", packed=number_of(events["EVENT_DATE"]) * _VALUE + tenths)
    back = {f"since_{months}": table[f"back_{months}"] for _, months in asked.values()}
    crossed = packed.cross_join(table.select("window", "reference", **back))
    known = crossed.filter(crossed["EVENT_DATE"] <= crossed["reference"])
    values = {
        name: known["packed"].max(where=(known["CLUSTER"] == cluster) & (known["EVENT_DATE"] > known[f"since_{months}"]))
        for name, (cluster, months) in asked.items()
    }
    return known.group_by(["person", "window"]).agg(**values)
