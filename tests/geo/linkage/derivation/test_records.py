"""Completeness, opt-outs and linkage rates."""

from datetime import date

import polars as pl

from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.run import cells_of_one
from tests.linked import NEIGHBOURHOODS, a_person, a_world, an_episode

FIRST, SECOND, THIRD = NEIGHBOURHOODS


def cells(inputs, name):
    return cells_of_one(inputs, register_of(inputs), derivations()[name])


def counts(table, indicator, geography="lsoa21", dimension=""):
    rows = table.filter((pl.col("indicator") == indicator) & (pl.col("geography") == geography) & (pl.col("dimension") == dimension))
    return {(row["area"], row["stratum"]): (row["numerator"], row["denominator"]) for row in rows.to_dicts()}


def test_recorded_known_and_usable_are_three_numbers(tmp_path):
    persons = [
        a_person(1),
        a_person(2, ethnic_usable=False),
        a_person(3, ethnic=None, ethnic_known=False, ethnic_usable=False),
        a_person(4, ethnic=None, ethnic_recorded=False, ethnic_known=False, ethnic_usable=False),
        a_person(5, ethnic_known=False, opted_out=True),
        a_person(6, lsoa21=THIRD),
    ]

    found = cells(a_world(tmp_path, persons), "ethnicity-completeness")

    assert set(found["period"]) == {"2026-06"}
    assert counts(found, "ethnicity-recorded") == {(FIRST, "all"): (3, 4), (THIRD, "all"): (1, 1)}
    assert counts(found, "ethnicity-known") == {(FIRST, "all"): (2, 4), (THIRD, "all"): (1, 1)}
    assert counts(found, "ethnicity-usable") == {(FIRST, "all"): (1, 4), (THIRD, "all"): (1, 1)}


def test_opt_outs_are_counted_in_their_own_rate_but_sensitive_records_never(tmp_path):
    persons = [
        a_person(1, opted_out=True),
        a_person(2),
        a_person(3, sensitive=True, opted_out=True),
        a_person(4, death_date=date(2026, 1, 1)),
    ]

    found = cells(a_world(tmp_path, persons), "opt-outs")

    assert counts(found, "opted-out") == {(FIRST, "all"): (1, 2)}
    assert counts(found, "opted-out", "lad24", "ethnicity") == {("E09000001", "white"): (1, 2)}


def test_records_are_linked_or_not_by_their_own_neighbourhood_and_category(tmp_path):
    episodes = [
        an_episode(1, EPIKEY="a", own_lsoa21=FIRST, ETHNOS="J"),
        an_episode(1, EPIKEY="b", own_lsoa21=FIRST, ETHNOS="J"),
        an_episode(1, EPIKEY="c", own_lsoa21=SECOND, ETHNOS=None),
        an_episode(2, EPIKEY="d", own_lsoa21=FIRST, ETHNOS="J") | {"person": None},
        an_episode(2, EPIKEY="e", own_lsoa21=None) | {"person": None},
    ]

    found = cells(a_world(tmp_path, [a_person(1, opted_out=True)], apc=episodes), "linkage")

    assert counts(found, "linked-apc") == {(FIRST, "all"): (2, 3), (SECOND, "all"): (1, 1)}
    assert counts(found, "linked-apc", "ctry23") == {("E92000001", "all"): (3, 5)}
    assert counts(found, "linked-apc", "lad24", "ethnicity")[("E09000001", "asian")] == (2, 3)
    deciles = counts(found, "linked-apc", "ctry23", "deprivation")
    assert {stratum: count for (_, stratum), count in deciles.items()} == {"decile-1": (2, 3), "decile-5": (1, 1), "not-known": (0, 1)}
    first = found.filter((pl.col("area") == FIRST) & (pl.col("indicator") == "linked-apc")).to_dicts()[0]
    assert (first["persons"], first["providers"]) == (1, None)
