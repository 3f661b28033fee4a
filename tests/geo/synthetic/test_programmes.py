"""Invitations follow the rules of their programme, vaccinations the schedule of the birth date, each with its dates."""

import numpy as np
import pytest

from geo.synthetic.conditions import NEVER_SMOKED
from geo.synthetic.days import NEVER, ages, day, later
from geo.synthetic.invitations import BOWEL, BREAST, CERVICAL, FIRST, LUNG, invitations_of
from geo.synthetic.people import END
from geo.synthetic.responses import ATTENDANCE, ATTENDED, NO_OUTCOME, attendance
from geo.synthetic.schedules import BORN_FROM, SCHEDULE, VACCINES, given_to


@pytest.fixture(scope="module")
def invited(null_haringey):
    """By programme: place of the person, day and response of each invitation, in order of person and day."""
    found = {}
    for programme in (BREAST, BOWEL, CERVICAL, LUNG):
        parts = [part for part in invitations_of(null_haringey) if part.programme == programme]
        who, on = (np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "on"))
        names = ("outcome", "screened", "is_self_sample", "is_negative")
        response = {name: np.concatenate([getattr(part.response, name) for part in parts]) for name in names}
        order = np.lexsort((on, who))
        found[programme] = (who[order], on[order], {name: values[order] for name, values in response.items()})
    return found


def test_breast_invites_women_from_fifty_up_to_the_71st_birthday_every_three_years_and_first_before_53(null_haringey, invited):
    people = null_haringey.people
    who, on, _ = invited[BREAST]
    age = ages(people.birth[who], on)

    assert set(people.sex[who]) == {2}
    assert age.min() == 50
    assert age.max() == 70
    again = who[1:] == who[:-1]
    assert set((on[1:] - on[:-1])[again]) == {1_096}
    turned = later(people.birth, months=636)
    became_53 = (people.sex == 2) & (turned > FIRST + 1_200) & (turned <= END) & (people.left == NEVER)
    first = np.full(len(people), NEVER)
    np.minimum.at(first, who, on)
    assert (first[became_53] <= turned[became_53]).all()


def test_bowel_invites_every_two_years_from_an_age_that_came_down(null_haringey, invited):
    people = null_haringey.people
    who, on, _ = invited[BOWEL]
    age = ages(people.birth[who], on)

    assert set(age % 2) == {0}
    assert age.max() == 74
    for since, until, lowest in ((FIRST, day(2021, 4, 1), 60), (day(2023, 4, 1), day(2024, 4, 1), 54), (day(2025, 1, 1), END, 50)):
        assert age[(on >= since) & (on < until)].min() == lowest


def test_cervical_recall_is_by_age_and_by_what_the_test_found(null_haringey, invited):
    people = null_haringey.people
    who, on, response = invited[CERVICAL]
    months = np.round((on[1:] - np.where(response["outcome"] == ATTENDED, response["screened"], on)[:-1]) / 30.44).astype(int)
    again = who[1:] == who[:-1]
    tested = response["outcome"][:-1] == ATTENDED
    age = ages(people.birth[who], np.where(response["outcome"] == ATTENDED, response["screened"], on))[:-1]
    negative, when = response["is_negative"][:-1], response["screened"][:-1]

    assert set(months[again & tested & ~negative]) == {12}
    assert set(months[again & tested & negative & (age < 50)]) == {36}
    assert set(months[again & (age >= 50) & (negative | ~tested)]) == {60}
    # There are tests on both sides of 1 July 2025, from when on five years pass after one without HPV.
    assert 0.1 < (when[tested & negative & (age < 50)] >= day(2025, 7, 1)).mean() < 0.5
    assert ages(people.birth[who], on).max() == 64
    assert ages(people.birth[who], on).min() == 24


def test_self_samples_are_of_2026_and_cervical(invited):
    for programme, (_, on, response) in invited.items():
        own = response["is_self_sample"]
        assert own.any() == (programme == CERVICAL)
        assert (on[own] >= day(2026, 1, 1)).all()


def test_lung_invites_people_who_smoke_or_smoked_once_from_55_to_74(null_haringey, invited):
    people = null_haringey.people
    who, on, _ = invited[LUNG]
    age = ages(people.birth[who], on)

    assert (null_haringey.conditions.smoking[who] != NEVER_SMOKED).all()
    assert len(np.unique(who)) == len(who)
    assert (age.min(), age.max()) == (55, 74)


@pytest.mark.parametrize("programme", [BREAST, BOWEL, CERVICAL, LUNG])
def test_attendance_is_as_expected_and_some_never_come(null_haringey, invited, programme):
    name = ("breast", "bowel", "cervical", "lung")[programme]
    who, on, response = invited[programme]
    ended = on < END - 120
    expected = attendance(null_haringey, name, who)[ended].mean() * (1 - 0.014)
    found = (response["outcome"] == ATTENDED)[ended]

    assert found.mean() == pytest.approx(expected, abs=0.02)
    assert found.mean() == pytest.approx(ATTENDANCE[name], abs=0.12)
    if programme == BOWEL:
        several = np.bincount(who[ended]) >= 3
        never = np.bincount(who[ended], weights=found)[several] == 0
        assert never.mean() > 2 * (1 - found.mean()) ** 3


def test_an_invitation_that_is_still_open_has_no_outcome(invited):
    for _, on, response in invited.values():
        waiting = response["outcome"] == NO_OUTCOME
        assert (on[waiting] > END - 120).all()
        assert (response["screened"][response["outcome"] == ATTENDED] <= END).all()


@pytest.fixture(scope="module")
def given(null_haringey):
    """Doses as arrays: place of the person, vaccine, dose, day."""
    parts = given_to(null_haringey)
    return tuple(np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "vaccine", "dose", "on"))


def doses_of(given, name: str, number: int):
    who, vaccine, dose, on = given
    chosen = (vaccine == VACCINES.index(name)) & (dose == number)
    return who[chosen], on[chosen]


def test_mmrv_is_given_from_2026_on_by_birth_date(null_haringey, given):
    birth = null_haringey.people.birth
    first, first_on = doses_of(given, "MMRV", 1)
    second, second_on = doses_of(given, "MMRV", 2)

    assert birth[first].min() >= day(2025, 1, 1)
    assert min(first_on.min(), second_on.min()) >= day(2026, 1, 1)
    early = birth[second] < day(2024, 7, 1)
    assert birth[second].min() >= day(2022, 9, 1)
    assert (second_on[early] >= later(birth[second][early], months=40)).all()
    assert (second_on[~early] >= later(birth[second][~early], months=18)).all()
    assert (second_on[~early] < later(birth[second][~early], months=40)).any()
    assert birth[doses_of(given, "MMR", 1)[0]].max() < day(2025, 1, 1)
    assert birth[doses_of(given, "MMR", 2)[0]].max() < day(2022, 9, 1)


def test_hib_menc_ends_with_births_of_june_2024(null_haringey, given):
    assert null_haringey.people.birth[doses_of(given, "HIBMENC", 1)[0]].max() < day(2024, 7, 1)


def test_no_child_has_a_second_dose_of_measles_vaccine_without_reason(given):
    """Second doses are a subset of first ones but for single visits missed."""
    first = set(doses_of(given, "MMR", 1)[0]) | set(doses_of(given, "MMRV", 1)[0])
    second = set(doses_of(given, "MMR", 2)[0]) | set(doses_of(given, "MMRV", 2)[0])

    assert len(second - first) < 0.02 * len(second)


def test_levels_are_those_of_cover(null_haringey, given):
    people = null_haringey.people
    children = (people.birth >= day(2019, 4, 1)) & (people.birth < day(2020, 4, 1)) & (people.left == NEVER)
    levels = {}
    for name, number, months in (("6IN1", 3, 12), ("MMR", 1, 24), ("MMR", 2, 60)):
        who, on = doses_of(given, name, number)
        intime = who[on < later(people.birth[who], months=months)]
        levels[name, number] = np.isin(np.flatnonzero(children), intime).mean()

    assert levels == pytest.approx({("6IN1", 3): 0.912, ("MMR", 1): 0.889, ("MMR", 2): 0.837}, abs=0.035)


def test_flu_vaccine_is_given_within_the_season_to_those_it_is_offered(null_haringey, given):
    people, conditions = null_haringey.people, null_haringey.conditions
    who, on = doses_of(given, "FLU", 1)
    season = np.where(on >= day(2025, 9, 1), 2025, np.where(on >= day(2024, 9, 1), 2024, np.where(on >= day(2023, 9, 1), 2023, 2022)))
    older = ages(people.birth[who], on) >= 66

    for year in (2022, 2023, 2024, 2025):
        mine = on[season == year]
        assert mine.min() >= day(year, 9, 1)
        assert mine.max() < day(year + 1, 2, 28)
        assert on[(season == year) & older].min() >= day(year, 10, 1)
    adults = (ages(people.birth[who], on) >= 18) & (ages(people.birth[who], on) < 64)
    at_risk = conditions.at_risk | conditions.diabetes | conditions.cardiovascular
    assert at_risk[who[adults]].all()
    assert len(set(zip(who.tolist(), season.tolist(), strict=True))) == len(who)


def test_every_dose_is_of_a_child_born_in_the_time_that_is_told(null_haringey, given):
    who, vaccine, _, on = given
    childhood = vaccine != VACCINES.index("FLU")

    assert (null_haringey.people.birth[who[childhood]] >= BORN_FROM).all()
    assert (on <= END).all()
    assert len(SCHEDULE) == len({(dose.vaccine, dose.number, dose.months) for dose in SCHEDULE})
