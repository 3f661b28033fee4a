"""Findings of a made-up country: silence where nothing is planted, what was planted found, refusals stored, nothing half done."""

import numpy as np
import pytest
from django.db import connection

from geo.cores import on_copies
from geo.errors import HiidError
from geo.findings import build
from geo.findings.build import build_findings, has_findings
from geo.models import Detection, Estimate, Finding, Grain, Release
from geo.releases import copies
from geo.statuses import Basis
from tests.country import SIDE, Part, a_country

pytestmark = pytest.mark.django_db

PEOPLE = 400


def a_plain_country(*, chance=lambda at: 0.7, basis=Basis.OBSERVED, seed=1, geography="utla23"):
    """A square of upper-tier authorities, each of 400 people, with an observed share; `chance` of the place in the square."""
    random = np.random.default_rng(seed)
    places = np.arange(SIDE * SIDE)
    seen = np.array([random.binomial(PEOPLE, chance(at)) for at in places], dtype=float)
    made = a_country({"all": Part(seen, np.full(len(places), float(PEOPLE)))}, geography=geography, basis=basis)
    return made.release, made.areas


def test_a_country_without_differences_is_silent():
    release, _ = a_plain_country(seed=2)

    report = build_findings(release)

    kinds = set(Finding.objects.values_list("detection__kind", flat=True))
    assert "scan_window" not in kinds
    assert "inequality" not in kinds
    assert Finding.objects.filter(detection__kind="priority").count() <= 2
    assert Finding.objects.filter(detection__kind="hot_spot").count() <= 4
    assert report.estimates == SIDE * SIDE
    silent = Detection.objects.get(kind="scan_window", adjustment="none")
    assert silent.state == "nothing_found"
    assert "beyond what chance explains" in silent.explanation


def test_a_planted_corner_is_found_by_each_kind_and_nowhere_else():
    def chance(at):
        return 0.5 if at % SIDE < 4 and at // SIDE < 4 else 0.7

    release, areas = a_plain_country(chance=chance)
    planted = {area.pk for at, area in enumerate(areas) if chance(at) == 0.5}

    build_findings(release)

    priority = Finding.objects.filter(detection__kind="priority", detection__adjustment="none")
    assert {one.area_id for one in priority} <= planted | {area.pk for area in areas if area.pk not in planted}
    assert len({one.area_id for one in priority} & planted) >= 14
    first = priority.order_by("rank").first()
    assert first.direction == "low"
    assert first.is_worse
    assert first.people_lower < first.people < first.people_upper
    assert first.people == pytest.approx(first.expected * PEOPLE - first.value * PEOPLE)
    assert "fewer people counted than expected" in first.sentence
    low = Finding.objects.filter(detection__kind="hot_spot", detection__adjustment="none", direction="low")
    assert {one.area_id for one in low} & planted
    window = Finding.objects.get(detection__kind="scan_window", rank=1)
    members = set(window.members.values_list("area_id", flat=True))
    assert window.p <= 0.05
    assert window.effect == pytest.approx(window.value / window.expected)
    assert len(members & planted) >= 10
    assert set(Estimate.objects.filter(in_window=True).values_list("area_id", flat=True)) >= members
    assert not Estimate.objects.filter(in_window=None).exists()
    spots = dict(Estimate.objects.values_list("area_id", "spot"))
    assert sum(spots[pk] == -1 for pk in planted) >= 6
    worse = dict(Estimate.objects.values_list("area_id", "exceedance"))
    assert np.mean([worse[pk] for pk in planted]) > 0.9


def test_deprivation_that_was_planted_stands_out_and_goes_when_it_is_taken_account_of():
    release, _ = a_plain_country(chance=lambda at: 0.55 + 0.03 * (at % 10))

    build_findings(release)

    gap = Finding.objects.get(detection__kind="inequality", dimension="deprivation")
    assert gap.effect < 1
    assert gap.is_worse
    assert "most deprived fifth" in gap.sentence
    assert Finding.objects.filter(detection__kind="priority", detection__adjustment="none").count() > 10
    assert Finding.objects.filter(detection__kind="priority", detection__adjustment="deprivation").count() <= 4


def test_of_what_was_found_a_twentieth_may_be_there_by_chance_and_no_more():
    release, _ = a_plain_country(chance=lambda at: 0.5 if at % SIDE < 4 else 0.55 + 0.03 * (at % 10))

    build_findings(release)

    asked = Detection.objects.filter(state="found").exclude(kind="scan_window")
    assert set(asked.values_list("kind", flat=True)) == {"priority", "hot_spot", "inequality"}
    for one in asked:
        found = one.parameters.get("found", one.finding_set.count())
        assert one.expected_by_chance == pytest.approx(0.05 * found)
    assert set(Detection.objects.filter(kind="scan_window", adjustment="none").values_list("expected_by_chance", flat=True)) == {0.05}


def test_modelled_neighbourhoods_are_refused_with_the_rule():
    release, _ = a_plain_country(basis=Basis.MODELLED, geography="lsoa21")

    report = build_findings(release)

    assert report.findings == report.estimates == 0
    assert set(Detection.objects.values_list("state", "reason")) == {("refused", "modelled_neighbourhoods")}


def test_the_same_release_gives_the_same_findings_and_they_are_replaced():
    release, _ = a_plain_country(chance=lambda at: 0.5 if at < 20 else 0.7)

    def told():
        return list(Finding.objects.order_by("detection__kind", "detection__adjustment", "rank").values_list("key", "sentence", "q"))

    build_findings(release)
    first = told()
    build_findings(release)

    assert told() == first
    assert has_findings(release)
    assert Grain.objects.filter(release=release).count() == len(set(Grain.objects.values_list("indicator", "stratum", "system")))


def test_a_published_release_is_not_changed():
    release, _ = a_plain_country()
    release.state = Release.State.PUBLISHED

    with pytest.raises(HiidError, match="cannot be changed"):
        build_findings(release)

    assert not has_findings(release)


def test_areas_of_a_map_that_was_not_scanned_are_not_outside_of_a_window(monkeypatch):
    release, _ = a_plain_country(chance=lambda at: 0.5 if at < 20 else 0.7)
    monkeypatch.setattr("geo.findings.build.MOST_SCANNED", 1)

    build_findings(release)

    assert set(Estimate.objects.values_list("in_window", flat=True)) == {None}


def test_a_step_that_fails_leaves_what_was_there(monkeypatch):
    release, _ = a_plain_country(chance=lambda at: 0.5 if at < 20 else 0.7)
    build_findings(release)
    before = Finding.objects.count()

    monkeypatch.setattr("geo.findings.build.choose_grains", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build_findings(release)

    assert Finding.objects.count() == before
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_findings_made_on_every_core_are_those_of_one(monkeypatch):
    release, _ = a_plain_country(chance=lambda at: 0.5 if at % SIDE < 4 and at // SIDE < 4 else 0.7)

    def told():
        build_findings(release)
        findings = Finding.objects.order_by("detection__kind", "detection__adjustment", "rank")
        return list(findings.values_list("key", "rank", "sentence", "detection__kind", "detection__state", "detection__tested"))

    alone = told()
    copied = []
    monkeypatch.setattr(build, "MANY", 1)
    # Workers of the tests have a thread of their own, which knows no database.
    monkeypatch.setattr(copies.threading, "active_count", lambda: 1)
    monkeypatch.setattr(build, "on_copies", lambda work, asked: copied.append(len(asked)) or on_copies(work, asked))

    assert told() == alone
    assert len(alone) > 20
    assert copied
