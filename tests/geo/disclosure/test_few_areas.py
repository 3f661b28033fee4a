"""Large programs asked of few areas first, and answers that stand: both save questions and change no answer."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from geo.disclosure import linear_program
from geo.disclosure.answered import Answered
from geo.disclosure.atoms import protect, read_counts
from geo.disclosure.family import Known, code, link
from geo.disclosure.few_areas import look_among_few
from geo.disclosure.linear_program import sharpen
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import load_policy
from geo.disclosure.programs import Blocks
from geo.disclosure.questions import Question, search
from geo.disclosure.relations import EQUAL, relate_known, relation, settle
from geo.disclosure.rules import NUMERATOR, SHARE, mark
from geo.disclosure.yardsticks import Setting, believed, hidden_parts
from tests.families import a_system

HES = load_policy("hes")


def a_family_of_checks(seed, *, areas=60):
    """Three shares of the same people, the last of whom had both of the others: cells and what is known of them."""
    random = np.random.default_rng(seed)
    people = random.integers(12, 40, areas)
    both = random.binomial(people, 0.35)
    first, second = (both + random.binomial(people - both, 0.4) for _ in range(2))
    tables = []
    for name, counts in (("first", first), ("second", second), ("both", both)):
        table, nesting = a_system(counts, people)
        tables.append(table.set_column(0, "indicator", pa.array([name] * table.num_rows)))
    known = (
        *(Known((one, "numerator"), (("both", "numerator"),)) for one in ("first", "second")),
        *(Known((one, "denominator"), (("both", "denominator"),), is_equal=True) for one in ("first", "second")),
    )
    return pa.concat_tables(tables), replace(nesting, measures=dict.fromkeys(("first", "second", "both"), "share"), known=known)


def asked_of(seed):
    """The program of all three: bounds, what is asked, and everything that `sharpen` wants."""
    cells, family = a_family_of_checks(seed)
    coded = code(cells)
    kind = np.full(len(coded.key), SHARE, dtype=np.int8)
    counts = read_counts(cells, coded.order, kind)
    exact = np.stack([counts.numerator, counts.denominator - counts.numerator, counts.denominator])
    relations = [*settle(link(coded, family), coded, exact, kind), *relate_known(coded, family, exact, kind)]
    setting = Setting(coded, kind, HES, relations, np.zeros(len(kind), dtype=bool), exact)
    marks = mark(counts, HES)
    least, most = setting.narrow(*believed(marks, setting))
    return setting, least, most, hidden_parts(marks, setting)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("enough", [4, None])
def test_asking_few_areas_first_changes_no_answer(monkeypatch, seed, enough):
    setting, least, most, wanted = asked_of(seed)
    looked = []

    def look(*given):
        looked.append(1)
        return look_among_few(*given)

    program = (setting.relations, setting.kind == SHARE, setting.slices_of_all)
    question = Question(wanted, enough=enough, possible=setting.exact)
    plain = sharpen(least, most, *program, question)
    bare = sharpen(least, most, *program, replace(question, possible=None))
    monkeypatch.setattr(linear_program, "MANY", 0)
    monkeypatch.setattr(linear_program, "look_among_few", look)
    quick = sharpen(least, most, *program, replace(question, places=setting.places))

    assert looked
    assert np.any(wanted & (least < most))
    if enough is None:
        np.testing.assert_array_equal(quick, bare)
        np.testing.assert_array_equal(plain, bare)
    is_wide = [np.minimum(found[1] - found[0] + 1, 4) for found in (bare, plain, quick)]
    np.testing.assert_array_equal(is_wide[1][wanted], is_wide[0][wanted])
    np.testing.assert_array_equal(is_wide[2][wanted], is_wide[0][wanted])


def triangles(random, count=40):
    """So many times three counts of which each pair is known within a little: what carrying bounds leaves wide, the program narrows.

    The cells that are exact (3, cells), the least and the greatest, carried, the relations, and the number of each cell's triangle.
    """
    exact, first = np.zeros((3, 6 * count)), 6 * np.arange(count)
    for at in range(3):
        exact[NUMERATOR, first + at] = random.integers(0, 12, count)
    relations = []
    for whole, (one, other) in zip((3, 4, 5), ((0, 1), (1, 2), (0, 2)), strict=True):
        exact[NUMERATOR, first + whole] = exact[NUMERATOR, first + one] + exact[NUMERATOR, first + other]
        parts = np.stack([first + one, first + other], axis=1).ravel()
        relations.append(relation(str(whole), NUMERATOR, EQUAL, part=parts, whole=np.repeat(first + whole, 2)))
    is_part = np.arange(6 * count) % 6 < 3
    slack = random.integers(0, 5, (2, 6 * count))
    least, most = (np.where(is_part, of_part, exact + by) for of_part, by in ((0, -slack[0]), (40, slack[1])))
    carried = narrow(np.maximum(least, 0), most, relations, np.zeros(6 * count, dtype=bool))
    return exact, carried, relations, np.repeat(np.arange(count), 6)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("possible", [False, True])
def test_asking_until_what_is_needed_was_seen_finds_what_lacks_it(monkeypatch, seed, few, possible):
    random = np.random.default_rng(seed)
    exact, carried, relations, triangle = triangles(random)
    nobody, blocks = np.zeros(len(triangle), dtype=bool), Blocks(triangle, np.arange(len(triangle)), len(triangle))
    wanted = np.zeros(exact.shape, dtype=bool)
    wanted[NUMERATOR] = np.arange(len(triangle)) % 6 < 3
    low, high = np.maximum(exact - random.integers(0, 5, exact.shape), 0), exact + random.integers(0, 5, exact.shape)
    monkeypatch.setattr(linear_program, "MANY", 0 if few else np.inf)
    places = triangle, np.zeros_like(triangle)
    question = Question(wanted, 5, (low, high), possible=exact if possible else None, places=places)

    def lacking(found):
        return wanted & ((found[0] > low) | (found[1] < high) | (found[1] - found[0] + 1 < 5))

    to_the_end = sharpen(*carried, relations, nobody, blocks, replace(question, enough=None, reach=None))
    as_needed = sharpen(*carried, relations, nobody, blocks, question)

    assert np.sum(lacking(carried)) < np.sum(lacking(to_the_end)) < np.sum(wanted)
    assert np.array_equal(lacking(as_needed), lacking(to_the_end))
    assert not np.array_equal(as_needed, to_the_end)


def test_few_areas_answer_most_questions(monkeypatch):
    setting, least, most, wanted = asked_of(1)
    asked = []

    def ask(program, between, seen, wanted, *rest):
        asked.append(int(wanted.sum()))
        return search(program, between, seen, wanted, *rest)

    monkeypatch.setattr(linear_program, "search", ask)
    monkeypatch.setattr(linear_program, "MANY", 0)
    program = (setting.relations, setting.kind == SHARE, setting.slices_of_all)
    question = Question(wanted, enough=4, possible=setting.exact)
    sharpen(least, most, *program, question)
    of_all = sum(asked)
    asked.clear()
    sharpen(least, most, *program, replace(question, places=setting.places))
    assert sum(asked) < of_all / 2


@pytest.mark.parametrize("seed", range(3))
def test_a_table_that_is_not_possible_shows_nothing(monkeypatch, seed):
    setting, least, most, wanted = asked_of(seed)
    program = (setting.relations, setting.kind == SHARE, setting.slices_of_all)
    question = Question(wanted, enough=4, places=setting.places)
    monkeypatch.setattr(linear_program, "MANY", 0)
    bare = sharpen(least, most, *program, question)
    wrong = sharpen(least, most, *program, replace(question, possible=setting.exact + 1))
    np.testing.assert_array_equal(wrong, bare)


def test_answers_stand_until_a_bound_of_their_block_becomes_narrower():
    blocks = Blocks(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), 4)
    answered = Answered(blocks)
    least, most = np.zeros((3, 4)), np.full((3, 4), 9.0)
    is_wide = np.zeros((3, 4), dtype=bool)
    is_wide[0] = True
    assert not np.any(answered.stands(least, most))
    answered.remember(least, most, is_wide)
    np.testing.assert_array_equal(answered.stands(least - 1, most + 1), is_wide)

    narrower = most.copy()
    narrower[2, 2] = 8
    assert answered.stands(least, narrower)[0].tolist() == [True, False, False, True]
    narrower[2, 2], narrower[1, 1] = 9, 8
    assert answered.stands(least, narrower)[0].tolist() == [False, False, False, True]


@pytest.mark.parametrize("seed", [2, 6, 8, 10])
def test_what_is_withheld_is_the_same_where_every_question_is_asked_again(monkeypatch, seed):
    cells, family = a_family_of_checks(seed, areas=90)
    quick = protect(cells, HES, family).table
    stands = []
    monkeypatch.setattr(Answered, "stands", lambda self, least, most: stands.append(1) or np.zeros(least.shape, dtype=bool))
    monkeypatch.setattr("geo.disclosure.atoms.on_every_core", lambda work, given, sizes, many: [work(*each) for each in given])
    again = protect(cells, HES, family).table
    assert stands
    assert quick.equals(again)
    assert 0 < sum(value is None for value in again["numerator"].to_pylist()) < again.num_rows
