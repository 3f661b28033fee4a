"""Releases of linked records: from the protected table alone, with limits that hold the rounding, and no exact count anywhere."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from psycopg import sql

from geo.disclosure.atoms import COLUMNS
from geo.disclosure.protected_files import read_protected, write_protected
from geo.errors import QualityError
from geo.models import Availability, Observation, Release, SourceLoad
from geo.releases.build import build_release, current_sources
from geo.releases.definitions import load_definitions
from geo.releases.quality import check_release
from geo.statuses import Comparison, Reason, Status
from tests.geo.releases import world
from tests.geo.releases.linked_world import EXACT, FACTS, WORLD, exact_cells, protected_world
from tests.oracles.intervals import wilson

pytestmark = pytest.mark.django_db

SLUG = "linked-bowel-coverage"


def release_of(folder):
    world.areas()
    return build_release(linked=read_protected(folder))


def found(release, geography, code, slug=SLUG, stratum="all"):
    return Observation.objects.get(release=release, indicator__slug=slug, geography__slug=geography, area__code=code, stratum__slug=stratum)


def test_a_release_of_linked_records_is_synthetic_and_says_what_it_is_made_of(tmp_path):
    release = release_of(protected_world(tmp_path))

    assert release.slug.endswith("-synthetic")
    assert release.is_synthetic
    told = release.quality["linked"]
    assert {name: told[name] for name in FACTS} == FACTS
    assert told["files"]["observations.parquet"]["rows"] == 9
    assert release.sources["linked-records"]["state"] == "stand_in"
    assert SourceLoad.objects.get(slug="linked-records").provenance["title"].endswith(WORLD)
    families = set(Availability.objects.filter(release=release).values_list("indicator__definition__family", flat=True))
    assert families <= {"linked", "deprivation", "census"}
    assert check_release(release).get("bounds")["rows"] > 0


def test_no_other_release_is_made_of_the_world(tmp_path):
    release_of(protected_world(tmp_path))

    assert "linked-records" not in current_sources()
    assert not build_release().is_synthetic


def test_values_are_of_protected_counts_and_limits_of_the_ends_that_these_stand_for(tmp_path):
    area = found(release_of(protected_world(tmp_path)), "lsoa21", "E01000001")

    assert (area.numerator, area.denominator) == (615, 905)
    assert area.value == pytest.approx(615 / 905)
    assert area.lower <= wilson(613, 907, 0.95)[0]
    assert area.upper >= wilson(617, 903, 0.95)[1]
    assert area.status == Status.VALUE
    assert area.is_reliable


def test_limits_hold_those_of_every_exact_count_that_is_published_alike(tmp_path):
    area = found(release_of(protected_world(tmp_path)), "lsoa21", "E01000001")

    for events in range(613, 618):
        for people in range(903, 908):
            lower, upper = wilson(events, people, 0.95)
            assert area.lower <= lower + 1e-12
            assert area.upper >= upper - 1e-12


def test_a_small_count_is_suppressed_and_its_complement_too(tmp_path):
    counts = {**EXACT, "E01000003": (898, 901)}
    release = release_of(protected_world(tmp_path, exact_cells(counts)))

    small, complement = found(release, "lsoa21", "E01000004"), found(release, "lsoa21", "E01000003")

    assert (small.status, small.reason, small.value, small.numerator) == (Status.SUPPRESSED, Reason.SMALL_NUMBERS, None, None)
    assert (complement.status, complement.reason, complement.value) == (Status.SUPPRESSED, Reason.WITHHELD, None)


def test_a_percentage_that_rounding_could_move_by_more_than_two_points_is_withheld(tmp_path):
    # 45 of 90: 43 of 92 is 3.3 points less.
    counts = {**EXACT, "E01000003": (45, 90)}
    area = found(release_of(protected_world(tmp_path, exact_cells(counts))), "lsoa21", "E01000003")

    assert (area.status, area.reason, area.value) == (Status.SUPPRESSED, Reason.ROUNDING, None)


def test_it_is_withheld_here_too_where_the_table_shows_it(tmp_path):
    folder = protected_world(tmp_path)
    shown = {
        "indicator": "bowel-coverage-60-74", "geography": "lsoa21", "area": "E01000004",
        "period": "2022-23", "dimension": "", "stratum": "all",
        "numerator": 45, "denominator": 90, "numerator_least": 43, "numerator_most": 47, "denominator_least": 88, "denominator_most": 92,
        "status": "value", "reason": "",
    }  # fmt: skip
    other = {**shown, "area": "E01000001", "numerator": 450, "denominator": 900}
    other |= {"numerator_least": 448, "numerator_most": 452, "denominator_least": 898, "denominator_most": 902}
    table = pa.Table.from_pylist([shown, other], schema=pq.read_schema(folder / "observations.parquet"))
    write_protected(pa.concat_tables([pq.read_table(folder / "observations.parquet"), table]), folder, {**FACTS, "disclosure": {}})

    release = release_of(folder)

    area = Observation.objects.get(release=release, period__slug="2022-23", area__code="E01000004")
    assert (area.reason, area.value, area.numerator) == (Reason.ROUNDING, None, None)


def test_a_percentage_that_stands_from_an_earlier_edition_is_shown_with_limits_of_all_it_may_be_now(tmp_path):
    folder = protected_world(tmp_path)
    rows = pq.read_table(folder / "observations.parquet").to_pylist()
    for row in rows:
        if row["area"] == "E01000003":
            row |= {"numerator_least": 48, "numerator_most": 62, "denominator_least": 893, "denominator_most": 907}
        if row["area"] == "E01000002":
            row |= {"numerator_least": 380, "numerator_most": 440}
    table = pa.Table.from_pylist(rows, schema=pq.read_schema(folder / "observations.parquet"))
    write_protected(table, folder, {**FACTS, "disclosure": {}})

    release = release_of(folder)
    area, wide = (found(release, "lsoa21", code) for code in ("E01000003", "E01000002"))

    assert area.value == pytest.approx(55 / 900)
    assert wide.value == pytest.approx(410 / 805)
    assert wide.lower <= wilson(380, 805, 0.95)[0]
    assert wide.upper >= wilson(440, 805, 0.95)[1]


def test_parts_of_the_people_come_through_their_definition(tmp_path):
    cells = exact_cells(**{"decile-1": ("deprivation", 300, 800), "not-known": ("ethnicity", 200, 400), "purple": ("ethnicity", 150, 300)})
    release = release_of(protected_world(tmp_path, cells))

    assert found(release, "ctry23", "E92000001", stratum="decile-1").numerator == 300
    assert found(release, "ctry23", "E92000001", stratum="ethnicity-not-known").numerator == 200
    assert "linked-bowel-coverage ctry23 purple" in release.quality["notes"]["strata_not_defined"]


def test_parts_of_the_people_that_are_withheld_everywhere_are_stored_and_not_offered(tmp_path):
    cells = exact_cells(**{"decile-1": ("deprivation", 300, 800), "decile-2": ("deprivation", 3, 700)})
    release = release_of(protected_world(tmp_path, cells))

    held = found(release, "ctry23", "E92000001", stratum="decile-2")
    assert (held.numerator, held.value, held.status) == (None, None, Status.SUPPRESSED)
    offered = Availability.objects.filter(release=release, indicator__slug=SLUG, geography__slug="ctry23")
    assert set(offered.values_list("stratum__slug", flat=True)) == {"all", "decile-1"}


def test_rates_have_limits_and_are_compared_with_the_whole_of_the_world(tmp_path):
    counts = {"E01000001": (90, 907), "E01000002": (11, 803), "E01000003": (31, 901), "E01000004": (12, 702)}
    release = release_of(protected_world(tmp_path, exact_cells(counts, "asthma-under-19")))

    area = found(release, "lsoa21", "E01000001", slug="linked-asthma-under-19")

    assert area.value == pytest.approx(90 / 905 * 100_000)
    assert area.lower < 88 / 907 * 100_000 < 92 / 903 * 100_000 < area.upper
    assert area.comparison != 0


def test_days_have_no_limits_of_chance_and_are_compared_with_nothing_and_the_page_may_say_why(tmp_path):
    counts = {"E01000001": (90, 907), "E01000002": (11, 803), "E01000003": (31, 901), "E01000004": (12, 702)}
    release = release_of(protected_world(tmp_path, exact_cells(counts, "acsc-chronic-bed-days")))

    area = found(release, "lsoa21", "E01000001", slug="linked-acsc-chronic-bed-days")

    assert area.value == pytest.approx(90 / 905 * 100_000)
    assert (area.lower, area.upper, area.comparison) == (None, None, Comparison.NOT_COMPARED)
    assert area.reason == Reason.SPREAD_UNKNOWN


def test_what_is_derived_and_not_served_is_told_with_the_reason(tmp_path):
    release = release_of(protected_world(tmp_path, exact_cells(), exact_cells(indicator="once-derived")))

    told = release.quality["notes"]["not_served"]["linked"]
    assert set(told) == {"acsc-acute-draft", "acsc-chronic-cost", "once-derived"}
    assert "unit cost" in told["acsc-chronic-cost"]
    assert not any("cost" in slug for slug in load_definitions())


def exact_counts_in_release(exact):
    """Where any number that only the exact counts have stands in a table of the database."""
    wanted, places = set(exact), []
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE 'geo%%'")
        for (name,) in cursor.fetchall():
            if name.startswith(("geo_area", "geo_postcode", "geo_site")):
                continue
            cursor.execute(sql.SQL("SELECT row_to_json(t)::text FROM {} AS t").format(sql.Identifier(name)))
            for (row,) in cursor.fetchall():
                places += [name for number in wanted if number in numbers_of(json.loads(row))]
    return places


def numbers_of(value):
    """All numbers in a row but those by which rows are counted: there may be a 57th indicator."""
    if isinstance(value, dict):
        return set().union(*(numbers_of(each) for key, each in value.items() if key != "id" and not key.endswith("_id")))
    if isinstance(value, list):
        return set().union(*map(numbers_of, value)) if value else set()
    return {float(value)} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def test_no_exact_count_is_in_any_table_and_one_that_is_planted_is_found(tmp_path):
    release = release_of(protected_world(tmp_path))
    check_release(release)
    exact = {float(count) for pair in EXACT.values() for count in pair if count > 7}
    assert len(exact) == 7

    assert exact_counts_in_release(exact) == []
    Release.objects.filter(pk=release.pk).update(sums={"planted": [{"deep": 613}]})
    assert exact_counts_in_release(exact) == ["geo_release"]
    Release.objects.filter(pk=release.pk).update(sums={})
    Observation.objects.filter(release=release, area__code="E01000002", indicator__slug=SLUG).update(numerator=411.0)
    assert set(exact_counts_in_release(exact)) >= {"geo_observation"}


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), r"manifest\.json: file"),
        (lambda folder: (folder / "manifest.json").write_text('{"world": '), r"manifest\.json: not readable"),
        (lambda folder: changed(folder, lambda told: told.pop("engine")), r"manifest\.json: keys: found none of engine"),
        (lambda folder: changed(folder, lambda told: told.update(world="another")), r"manifest\.json: world: found another"),
        (lambda folder: (folder / "observations.parquet").unlink(), r"observations\.parquet: file: found no file"),
        (lambda folder: (folder / "observations.parquet").write_bytes(b"PAR1"), r"observations\.parquet: sha256"),
        (lambda folder: of_table(folder, rows=8), r"observations\.parquet: rows: found 9, expected 8"),
        (
            lambda folder: of_table(folder, sums={"bowel-coverage-60-74": [1, 2]}),
            r"observations\.parquet: sums of bowel-coverage-60-74: found \[",
        ),
    ],
)
def test_a_damaged_world_leaves_no_release_and_names_file_and_difference(tmp_path, damage, named):
    folder = protected_world(tmp_path)
    damage(folder)

    with pytest.raises(QualityError, match=f"^{named}"):
        release_of(folder)

    assert not Release.objects.exists()


def changed(folder, change):
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def of_table(folder, **values):
    changed(folder, lambda told: told["files"]["observations.parquet"].update(values))


def test_a_table_with_other_columns_is_not_written(tmp_path):
    table = pa.table({name: pa.array([], pa.string()) for name in COLUMNS[:-1]})

    with pytest.raises(QualityError, match=r"observations\.parquet: columns"):
        write_protected(table, tmp_path, {**FACTS, "disclosure": {}})


def test_the_same_world_twice_gives_the_same_digest(tmp_path):
    folder = protected_world(tmp_path)
    first = release_of(folder)
    digest = first.sums["digest"]

    second = build_release(linked=read_protected(folder))

    assert second.slug == first.slug
    assert second.sums["digest"] == digest
    assert np.isfinite(second.quality["seconds"])
