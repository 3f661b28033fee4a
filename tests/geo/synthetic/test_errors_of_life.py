"""Records err as often as said, and never with a number outside the range that nobody has."""

from datetime import date

import nhs_number
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from geo.synthetic.communities import CATEGORIES
from geo.synthetic.errors_of_life import FAMILY_SPELLINGS, identify, written_names
from geo.synthetic.names import FAMILY
from geo.synthetic.people import CURRENT, END
from geo.synthetic.recording import LABELS, NOT_RECORDED
from geo.synthetic.streams import repeated
from tests.geo.synthetic.conftest import table_of

TIMES = 4


@pytest.fixture(scope="module")
def records(haringey):
    """Four records of everybody on the last day."""
    who, number = repeated(np.full(len(haringey.people), TIMES))
    key = haringey.people.index[who] * TIMES + number
    return who, key, identify(haringey, who, np.full(len(who), END), stream="test", key=key)


def truth(haringey, name: str) -> pa.Array:
    return pa.array(getattr(haringey.people, name))


def test_numbers_are_missing_and_wrong_as_often_as_said(haringey, records):
    who, _, written = records
    errors, given = haringey.world.spec.errors, written.nhs.is_valid()
    right = pc.equal(written.nhs.cast(pa.int64()), pa.array(haringey.people.nhs[who]))

    assert 1 - pc.mean(given).as_py() == pytest.approx(errors.nhs_missing, rel=0.06)
    assert 1 - pc.mean(right).as_py() == pytest.approx(errors.nhs_wrong, rel=0.15)


def test_wrong_numbers_are_valid_in_the_range_and_half_of_them_a_neighbours(haringey, records):
    who, _, written = records
    right = pc.equal(written.nhs.cast(pa.int64()), pa.array(haringey.people.nhs[who]))
    wrong = written.nhs.filter(pc.invert(right).fill_null(False)).to_pylist()
    known = set(haringey.people.nhs.tolist())

    assert all(nhs_number.is_valid(number, for_region=nhs_number.REGION_SYNTHETIC) for number in wrong)
    assert np.mean([int(number) in known for number in wrong]) == pytest.approx(0.5, abs=0.1)


def test_birth_dates_are_wrong_as_often_as_said_and_never_after_the_event(haringey, records):
    who, _, written = records
    found = written.birth.view(pa.int32()).to_numpy()
    wrong = found != haringey.people.birth[who]

    # A few mistakes hit upon the right day.
    assert wrong.mean() == pytest.approx(haringey.world.spec.errors.birth_wrong, rel=0.12)
    assert (found <= END).all()


def test_some_wrong_birth_dates_have_day_and_month_exchanged(haringey, records):
    who, _, written = records
    true_births = pa.array(haringey.people.birth[who].astype(np.int32)).view(pa.date32())
    wrong = pc.not_equal(written.birth, true_births)
    pairs = zip(written.birth.filter(wrong).to_pylist(), true_births.filter(wrong).to_pylist(), strict=True)
    exchanged = [one == date(other.year, other.day, other.month) for one, other in pairs if other.day <= 12]

    assert np.mean(exchanged) == pytest.approx(0.4, abs=0.12)


def test_records_before_a_move_carry_the_earlier_postcode(haringey):
    movers = np.flatnonzero(haringey.people.moved > 0)
    postcodes = haringey.world.postcodes
    for days, name in ((haringey.people.moved[movers] - 1, "former_postcode"), (haringey.people.moved[movers], "postcode")):
        written = identify(haringey, movers, days, stream="test", key=movers)
        expected = postcodes.take(pa.array(getattr(haringey.people, name)[movers]))
        assert pc.all(pc.equal(written.postcode.cast(pa.string()), expected)).as_py()


def test_names_are_misspelt_as_often_as_said(haringey, records):
    who, key, _ = records
    family, given = written_names(haringey, who, stream="test", key=key)
    true_names = FAMILY.names.take(pa.array(haringey.people.family[who]))
    wrong = 1 - pc.mean(pc.equal(family.cast(pa.string()), true_names)).as_py()

    # Exchanging two equal letters changes nothing.
    assert 0.85 * 0.02 < wrong <= 1.05 * 0.02
    assert len(given) == len(who)


def test_a_misspelling_is_one_letter_away():
    spellings = FAMILY_SPELLINGS.to_pylist()
    for place in range(0, len(spellings), 9):
        name = spellings[place]
        assert all(abs(len(other) - len(name)) <= 1 and other[0] == name[0] for other in spellings[place + 1 : place + 9])


def test_practices_leave_ethnicity_out_each_to_its_own_degree(null_haringey):
    people, label = null_haringey.people, null_haringey.recorded_at_practice
    here = people.group == CURRENT
    unknown = ((label == NOT_RECORDED) | (label == LABELS.index("99"))) & here
    practice = null_haringey.world.practice_numbers[people.practice]
    share = np.bincount(practice, weights=unknown) / np.maximum(np.bincount(practice, weights=here), 1)

    assert unknown.sum() / here.sum() == pytest.approx(null_haringey.world.spec.errors.ethnicity_unrecorded, rel=0.6)
    assert share.max() > 2.5 * share[share > 0].min()


def test_some_categories_conflict_with_the_truth(null_haringey):
    label, people = null_haringey.recorded_at_practice, null_haringey.people
    known = (label >= 0) & (label < len(CATEGORIES))

    assert (label != people.category)[known].mean() == pytest.approx(0.03 / 0.97, rel=0.1)
    assert (label == LABELS.index("Z")).mean() == pytest.approx(0.03 * 0.93, rel=0.15)


def test_episodes_are_sent_twice_and_amended_as_often_as_said(haringey):
    table = table_of("apc", haringey)
    times = table.group_by("EPIKEY").aggregate([("AMENDED_AT", "count_distinct"), ("DIAG_01", "count_distinct")])
    several = pc.greater(times["AMENDED_AT_count_distinct"], 1)

    assert pc.mean(several).as_py() == pytest.approx(0.019, rel=0.1)
    # What was amended said something else before, but for the few mistaken for the same code.
    changed = pc.mean(pc.greater(times["DIAG_01_count_distinct"], 1)).as_py()
    assert changed == pytest.approx(0.015, rel=0.12)


def test_the_last_of_amended_episodes_is_finished_and_coded(haringey):
    table = table_of("apc", haringey).sort_by([("EPIKEY", "ascending"), ("AMENDED_AT", "ascending")])
    first = pc.equal(table["EPISTAT"], "1")
    ended = pc.not_equal(table["EPIEND"], date(1800, 1, 1))
    before = table.filter(pc.and_(first, ended))
    keys = table.filter(pc.and_(pc.invert(first), pc.is_in(table["EPIKEY"], before["EPIKEY"].unique())))

    assert before.num_rows > 100
    assert pc.count_distinct(keys["EPIKEY"]).as_py() == pc.count_distinct(before["EPIKEY"]).as_py()
    sent, last = (part.group_by("EPIKEY").aggregate([("AMENDED_AT", how)]) for part, how in ((before, "max"), (keys, "max")))
    both = sent.join(last, "EPIKEY", right_suffix="_last")
    assert pc.all(pc.less(both["AMENDED_AT_max"], both["AMENDED_AT_max_last"])).as_py()
