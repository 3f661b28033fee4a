"""What must not be published is refused with its name; what changed is told."""

import pytest

from geo.errors import QualityError
from geo.models import Release
from geo.releases.quality import check_conserved, check_release
from geo.statuses import Basis, Comparison, Reason
from tests.builders import a_current_release, a_missing_observation, a_release, an_area, an_availability, an_indicator, an_observation

pytestmark = pytest.mark.django_db


def built(**fields):
    return a_release("new", state=Release.State.BUILT, **fields)


def test_an_account_that_does_not_add_up_is_refused():
    with pytest.raises(QualityError, match=r"mmr2-5y 2023-24-q4.*100.*99"):
        check_conserved({"mmr2-5y 2023-24-q4": {"in": 100.0, "placed": 90.0, "not_mapped": 9.0}})
    assert check_conserved({"x": {"in": 100.0, "placed": 90.0, "not_mapped": 10.0}})["accounts"] == 1


def test_an_account_of_nothing_known_is_refused():
    with pytest.raises(QualityError):
        check_conserved({"x": {"in": float("nan"), "placed": 1.0}})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": 1.2, "upper": 1.3}, "unit does not allow"),
        ({"lower": None, "upper": None}, "have no limits"),
        ({"basis": Basis.MODELLED}, "modelled for an LSOA"),
    ],
)
def test_an_observation_that_breaks_a_rule_is_refused_with_its_indicator(fields, said):
    release = built()
    an_observation(an_area(), release=release, indicator=an_indicator(), **fields)

    with pytest.raises(QualityError, match=f"cervical-coverage-25-49: 1 observations .*{said}"):
        check_release(release)


def test_a_missing_value_needs_a_reason():
    release = built()
    a_missing_observation(an_area(), release=release, indicator=an_indicator(), reason=Reason.NONE)

    with pytest.raises(QualityError, match="without saying why"):
        check_release(release)


def test_counts_must_add_up_to_the_same_in_every_set_of_areas():
    release = built()
    indicator = an_indicator(family="census")
    an_observation(an_area(), release=release, indicator=indicator)
    an_availability(release=release, indicator=indicator, geography="lsoa21", numerator=70.0)
    an_availability(release=release, indicator=indicator, geography="lad24", numerator=69.0)

    with pytest.raises(QualityError, match="numerators differ between sets of areas"):
        check_release(release)


def test_an_empty_release_and_one_in_another_state_are_refused():
    with pytest.raises(QualityError, match="no observations"):
        check_release(built())
    with pytest.raises(QualityError, match="only a built release"):
        check_release(a_release("other", state=Release.State.FAILED))


def test_the_report_tells_what_moved_and_what_was_lost():
    area, kept, gone = an_area(), an_indicator(), an_indicator("qof-copd")
    last = a_current_release("last", sums={"england": {"kept 2021 all": 0.70, "still 2021 all": 0.5}})
    for indicator in (kept, gone):
        an_observation(area, release=last, indicator=indicator)
    release = built(sums={"england": {"kept 2021 all": 0.72, "still 2021 all": 0.5001}})
    an_observation(area, release=release, indicator=kept)

    report = check_release(release)

    assert report["since"] == "last"
    assert report["changes"] == [{"what": "kept 2021 all", "from": 0.70, "to": 0.72}]
    assert report["lost"] == ["qof-copd"]
    assert report["coverage"]["cervical-coverage-25-49"]["with_value"] == 1.0


def test_an_indicator_that_shrank_is_refused():
    indicator = an_indicator()
    areas = [an_area() for _ in range(3)]
    last = a_current_release("last")
    for area in areas:
        an_observation(area, release=last, indicator=indicator)
    release = built()
    an_observation(areas[0], release=release, indicator=indicator, comparison=Comparison.SIMILAR)

    with pytest.raises(QualityError, match=r"1 observations, where last has 3"):
        check_release(release)


def test_rows_of_the_last_release_are_those_that_its_report_tells():
    indicator = an_indicator()
    a_current_release("last", quality={"coverage": {indicator.slug: {"rows": 3}}})
    release = built()
    an_observation(an_area(), release=release, indicator=indicator)

    with pytest.raises(QualityError, match=r"1 observations, where last has 3"):
        check_release(release)


def test_a_report_tells_how_many_rows_each_indicator_has():
    indicator, release = an_indicator(), built()
    for _ in range(2):
        an_observation(an_area(), release=release, indicator=indicator)

    assert check_release(release)["coverage"][indicator.slug]["rows"] == 2
