"""How good records are: ethnic categories recorded, opt-outs, and how many records could be linked, by place, group and deprivation.

Linkage and opt-out rates are of everybody: an opt-out is counted here and nowhere else.
"""

from dataclasses import replace
from typing import Any

import ibis
import polars as pl
import pyarrow as pa

from geo.linkage.derivation.checking import require
from geo.linkage.derivation.definitions import FOLDER
from geo.linkage.derivation.facts import Counted, Scene, collapse, part_of
from geo.linkage.derivation.inputs import AREAS_SCHEMA
from geo.linkage.derivation.people import PERSONAL, community_of, population
from geo.linkage.derivation.windows import in_windows, windows_table

# Records whose own neighbourhood is not known lie in no area but the country.
NOWHERE = -1
_ANY_AGE, _NOT_KNOWN = 0, 0


def completeness(scene: Scene) -> Counted:
    """People who may be counted, with what is recorded of their ethnic category, collapsed."""
    present = population(scene.register.eligible, windows_table(scene.windows))
    columns = ("ethnic_recorded", "ethnic_known", "ethnic_usable")
    return collapse(present.select(*PERSONAL, "window", "age", *columns), scene, with_numerators=True)


def opt_outs(scene: Scene) -> Counted:
    """Everybody but people with sensitive records, with whether they opted out, collapsed."""
    people = scene.register.everybody.filter(~scene.register.everybody["sensitive"])
    present = population(people, windows_table(scene.windows))
    return collapse(present.select(*PERSONAL, "window", "age", "opted_out"), scene, with_numerators=True)


def linkage(scene: Scene) -> Counted:
    """Records of each extract with whether they are of a known person, by the record's own neighbourhood and ethnic category, collapsed.

    persons are counted within neighbourhood, window and category, so that who has records in two of them counts in both.
    """
    facts = linkage_facts(scene)
    counted = collapse(facts, scene, with_numerators=True)
    numbered = facts.mutate(part=part_of(facts, scene.derivation))
    people = {
        # Polars would count a missing person as one.
        f"p_{number}": numbered["person"].nunique(where=(numbered["extract"] == _extract_of(scene, slug)) & numbered["linked"])
        for slug, number in counted.numerators.items()
    }
    whole = counted.people.inner_join(numbered.group_by("part").agg(**people), "part")
    return replace(counted, people=whole, homes=linkage_homes(scene), persons={n: f"p_{n}" for n in counted.numerators.values()})


def linkage_facts(scene: Scene) -> Any:
    """One row a record of a window: person, home (place of its own neighbourhood, NOWHERE), community (of its own category), extract,
    linked.
    """
    path, rules = FOLDER / f"{scene.derivation.name}.yaml", scene.derivation.parameters
    require(path, rules, ("extracts",), (), "parameters")
    places = pa.table(
        {"own": scene.inputs.areas["lsoa21"].combine_chunks(), "place": pa.array(range(scene.inputs.areas.num_rows), pa.int64())}
    )
    parts = []
    for extract, columns in rules["extracts"].items():
        if not scene.inputs.has(extract):
            continue
        require(path, columns, ("day",), ("ethnic",), f"parameters.extracts.{extract}")
        events = scene.inputs.events(extract)
        ethnic = events[columns["ethnic"]] if "ethnic" in columns else ibis.null("string")
        told = events.select("person", own_lsoa21=events["own_lsoa21"], day=events[columns["day"]], category=ethnic)
        parts.append(told.mutate(extract=ibis.literal(extract)))
    told = ibis.union(*parts) if len(parts) > 1 else parts[0]
    own = ibis.memtable(places)
    placed = in_windows(told, "day", scene.windows).left_join(own, told["own_lsoa21"] == own["own"])
    return placed.select(
        "person",
        "window",
        "extract",
        home=placed["place"].fill_null(NOWHERE),
        sex=ibis.literal(_NOT_KNOWN, "int64"),
        age=ibis.literal(_ANY_AGE, "int64"),
        community=community_of(placed["category"], ibis.null("string")),
        linked=placed["person"].notnull(),
    )


def linkage_homes(scene: Scene) -> pl.DataFrame:
    """The neighbourhoods as homes of records, which name no practice, and the home of records without a neighbourhood."""
    areas = pl.DataFrame(scene.inputs.areas.select(AREAS_SCHEMA.names).cast(AREAS_SCHEMA)).with_row_index("home")
    nowhere = pl.DataFrame({"home": [NOWHERE]})
    homes = pl.concat([areas.with_columns(pl.col("home").cast(pl.Int64)), nowhere], how="diagonal")
    homes = homes.with_columns(practice=pl.lit(None, pl.String), pcn24=pl.lit(None, pl.String))
    return homes.with_columns(pl.col(pl.String).cast(pl.Categorical))


def _extract_of(scene: Scene, slug: str) -> str:
    return next(str(each.denominator["extract"]) for each in scene.derivation.indicators if each.slug == slug)
