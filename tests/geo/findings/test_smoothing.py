"""Smoothing of a release: what may be smoothed is, in its own unit; the rest stays null; who is interrupted keeps what was done."""

from io import StringIO

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import CommandError, call_command

from geo.crs import BRITISH_NATIONAL_GRID
from geo.errors import HiidError
from geo.findings.smoothing import is_smoothed, smooth_release
from geo.models import Area, Estimate, Observation, Release
from geo.statuses import Basis
from tests import builders

pytestmark = pytest.mark.django_db

SIDE = 6
PEOPLE = 1_000
EXPECTED = 20.0


def a_country(*, slug="made-up-admissions", unit="per_100k", geography="msoa11", basis=Basis.OBSERVED, release=None, **told):
    """A square of areas, each of 1,000 people with 20 events expected; twice as many were counted in its western half. One is an island."""
    random = np.random.default_rng(3)
    release = release or builders.a_release(state=Release.State.CHECKED)
    indicator = builders.an_indicator(slug, kind="counts", unit=unit, polarity="low_is_good", core20plus5="none", **told)
    for at in range(SIDE * SIDE):
        area = builders.an_area(f"E02{at:06d}", geography=geography)
        east, north = 400_000 + 10_000 * (at % SIDE), 200_000 + 10_000 * (at // SIDE) + (50_000 if at == SIDE * SIDE - 1 else 0)
        square = MultiPolygon(Polygon.from_bbox((east, north, east + 10_000, north + 10_000)), srid=BRITISH_NATIONAL_GRID)
        Area.objects.filter(pk=area.pk).update(geometry_27700=square, centroid_27700=square.centroid)
        seen = int(random.poisson(EXPECTED * (2 if at % SIDE < SIDE / 2 else 1)))
        per = 1 if unit == "proportion" else 100_000
        builders.an_observation(
            area, release=release, indicator=indicator, period="2021-22", numerator=seen, denominator=PEOPLE, value=seen / PEOPLE * per,
            lower=0.0, upper=100_000.0 if per > 1 else 1.0, basis=basis, is_reliable=True,
        )  # fmt: skip
        builders.an_estimate(area, release=release, indicator=indicator, period="2021-22", expected=EXPECTED)
    builders.an_availability(
        release=release, indicator=indicator, geography=geography, period="2021-22", areas=SIDE**2, values=SIDE**2, basis=basis
    )
    return release, indicator


def of(indicator):
    """Smoothed values of an indicator, in code order."""
    found = Estimate.objects.filter(indicator=indicator).order_by("area__code").values_list("smoothed", flat=True)
    return np.array(list(found), dtype=float)


def test_rates_are_smoothed_in_their_unit_towards_what_lies_around():
    release, indicator = a_country()

    report = smooth_release(release)

    assert (report.slices, report.areas, report.left) == (1, SIDE**2, ())
    assert is_smoothed(release)
    smoothed = of(indicator).reshape(SIDE, SIDE)
    # Columns beside the border borrow from across it; the outer ones do not.
    assert smoothed[:, 0].mean() == pytest.approx(4_000, rel=0.12)
    assert smoothed[:, SIDE - 1].mean() == pytest.approx(2_000, rel=0.25)
    assert np.ptp(smoothed[:, SIDE - 1]) < 1_500
    assert smoothed.mean() == pytest.approx(np.mean([one.value for one in Observation.objects.filter(release=release)]), rel=0.02)


def test_protected_counts_stay_null():
    release, indicator = a_country(policy={"numerator": "midpoint_6"})

    report = smooth_release(release)

    assert (report.slices, report.left) == (0, ())
    assert np.isnan(of(indicator)).all()


def test_proportions_points_and_modelled_figures_stay_null():
    release, shares = a_country(slug="made-up-share", unit="proportion", geography="utla23")
    _, points = a_country(slug="made-up-visits", geography="practice24", release=release)
    _, modelled = a_country(slug="made-up-model", geography="lsoa21", basis=Basis.MODELLED, release=release)

    report = smooth_release(release)

    assert report.areas == 0
    assert all(np.isnan(of(indicator)).all() for indicator in (shares, points, modelled))


def test_what_was_smoothed_stays_where_a_later_slice_fails(monkeypatch):
    release, first = a_country()
    _, second = a_country(slug="made-up-stays", geography="lad21", release=release)
    smooth_release(release)
    before = of(first), of(second)
    calls = []

    def fails_at_second(*arguments, **named):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    real = __import__("geo.findings.smoothing", fromlist=["smooth_rates"]).smooth_rates
    monkeypatch.setattr("geo.findings.smoothing.smooth_rates", fails_at_second)
    with pytest.raises(KeyboardInterrupt):
        smooth_release(release)

    assert of(first) == pytest.approx(before[0])
    assert of(second) == pytest.approx(before[1])


def test_an_interrupted_step_is_not_taken_for_done():
    release, first = a_country()
    smooth_release(release)
    a_country(slug="made-up-stays", geography="lad21", release=release)

    assert not is_smoothed(release)
    smooth_release(release)
    assert is_smoothed(release)
    assert not np.isnan(of(first)).any()


def test_a_map_without_events_is_left_and_said_why():
    release, indicator = a_country()
    Observation.objects.filter(release=release).update(numerator=0, value=0)

    report = smooth_release(release)

    assert report.slices == 0
    assert "No event is counted" in report.left[0]
    assert np.isnan(of(indicator)).all()


def test_a_published_release_is_not_changed():
    release, indicator = a_country()
    release.state = Release.State.PUBLISHED
    release.save()

    with pytest.raises(HiidError, match="cannot be changed"):
        smooth_release(release)
    with pytest.raises(CommandError, match="cannot be changed"):
        call_command("smooth_release", release.slug)
    with pytest.raises(CommandError, match="no release"):
        call_command("smooth_release", "none")

    assert np.isnan(of(indicator)).all()


def test_the_command_says_how_much_was_smoothed():
    release, _ = a_country()
    told = StringIO()

    call_command("smooth_release", release.slug, stdout=told)

    assert "36 areas of 1 slices are smoothed." in told.getvalue()
