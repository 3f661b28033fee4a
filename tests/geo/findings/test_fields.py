"""Fields of protected counts: too few areas, and levels of which what left the secure side is no sample, are refused by name."""

import numpy as np
import pytest

from geo.findings import words
from geo.findings.build import build_findings
from geo.findings.expected import expect
from geo.findings.slices import list_slices, read_areas
from geo.models import Detection, Estimate, Observation
from geo.statuses import Reason, Status
from tests.country import SIDE, Part, a_country

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
BOTH = {"numerator": "hes", "denominator": "hes"}


def a_protected_country(areas=AREAS, policy=BOTH, **parts):
    """A share of about 70 % of 400 people, rounded to 5, in each area."""
    events = np.floor(np.random.default_rng(1).binomial(400, 0.7, areas) / 5 + 0.5) * 5
    return a_country({"all": Part(events, np.full(areas, 400.0)), **parts}, policy=policy)


def withhold(country, at, *, reason=Reason.WITHHELD, people=400.0):
    """Suppress the counts of these areas."""
    none = dict.fromkeys(("numerator", "value", "lower", "upper"))
    found = {"status": Status.SUPPRESSED, "reason": reason, "is_reliable": False, "denominator": people}
    Observation.objects.filter(area__in=[country.areas[one] for one in at]).update(**none, **found)


def asked(**fields):
    return set(Detection.objects.filter(dimension="", **fields).values_list("kind", "state", "reason"))


def test_a_level_of_which_more_than_a_fifth_of_the_people_is_withheld_is_refused_by_name():
    country = a_protected_country()
    withhold(country, range(AREAS // 5 + 1))

    build_findings(country.release)

    assert {row for row in asked() if row[2] != "protected_counts"} == {
        ("priority", "refused", "too_much_missing"), ("inequality", "refused", "too_much_missing"),
    }  # fmt: skip
    assert "20% of the people of Counties and unitary authorities (2023)" in Detection.objects.filter(kind="priority").get().explanation
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        (range(AREAS // 5 - 1), {}),
        (range(AREAS // 2), {"reason": Reason.SMALL_NUMBERS}),
        (range(AREAS // 2), {"people": 195.0}),
        (range(AREAS // 2), {"people": None}),
    ],
    ids=["less than a fifth", "known to be 1 to 7", "few people", "people withheld"],
)
def test_less_counts_with_bounds_and_areas_of_few_people_are_no_reason(at, changed):
    country = a_protected_country()
    withhold(country, at, **changed)

    build_findings(country.release)

    assert {reason for kind, _, reason in asked(adjustment="none") if kind in ("priority", "inequality")} == {""}


def test_open_counts_of_which_many_are_missing_are_asked_as_before():
    country = a_protected_country(policy={})
    withhold(country, range(AREAS // 2))

    build_findings(country.release)

    assert ("priority", "nothing_found", "") in asked(adjustment="none")


@pytest.mark.parametrize(("areas", "reason"), [(29, "too_few_areas"), (30, "")])
def test_fewer_than_thirty_areas_are_refused_by_name_and_once(areas, reason):
    drawn = {slug: np.random.default_rng(at).binomial(500, 0.5, areas).astype(float) for at, slug in enumerate(("female", "male"))}
    parts = {slug: Part(np.floor(events / 5 + 0.5) * 5, np.full(areas, 500.0), "sex") for slug, events in drawn.items()}
    country = a_protected_country(areas, **parts)

    build_findings(country.release)

    assert {row[2] for row in asked(adjustment="none", kind="priority", stratum__slug="all")} == {reason}
    of_women = asked(adjustment="none", kind="priority", stratum__slug="female")
    assert {row[2] for row in of_women} == ({""} if areas == 30 else set())


@pytest.mark.parametrize("areas", [9, 10])
def test_groups_of_persons_need_ten_areas(areas):
    counts = 5.0 * np.random.default_rng(2).integers(18, 22, areas)
    parts = {slug: Part(counts * times, np.full(areas, 500.0), "sex") for slug, times in (("female", 1), ("male", 2))}
    country = a_protected_country(areas, **parts)

    build_findings(country.release)

    found = Detection.objects.filter(dimension="sex")
    if areas == 10:
        assert found.get(adjustment="none").state == "found"
    else:
        assert found.get().reason == "too_few_areas"
        assert "fewer than 10 areas" in found.get().explanation
        assert "page of inequality" in found.get().explanation


def test_people_of_linked_records_are_named_by_what_was_done_to_them():
    def named(**definition):
        return words.counted({"family": "linked", **definition})

    assert named(core20plus5="cancer") == "people screened"
    assert named(core20plus5="vaccination", setting="gp") == "people vaccinated"
    assert named(core20plus5="asthma-cyp", setting="hospital") == "admissions"
    assert named(core20plus5="other") == "people counted"


@pytest.mark.parametrize("polarity", ["low_is_good", "none"])
def test_who_was_not_screened_is_not_told_as_screened(polarity):
    """Never screened, declined, not invited: more of them are not more people screened."""
    for part in ("cancer", "vaccination", "severe-mental-illness"):
        assert words.counted({"family": "linked", "core20plus5": part, "polarity": polarity}) == "people counted"


def test_what_is_expected_says_of_which_areas_where_small_ones_are_left_out():
    """People of one age are few where the young live, so areas with many of them are not like all."""
    country = a_protected_country(60)
    part = next(one for one in list_slices(country.release) if one.stratum == "all")
    areas = read_areas(country.release, part)

    assert expect(part, areas, "none").words == "the figure of the 60 areas of 200 people or more together"
