"""The linear program over the published family: how far each count can be narrowed where sums cross.

Carrying bounds along sums (narrowing.py) is exact for areas in areas. Where groups, periods or those without cross them it is not, and
this is: for each area with the areas directly within it, over all their periods and groups at once. Beyond such a block only the bounds
of its cells are known. Counts are whole: bounds are rounded inwards, which is exact where two hierarchies cross (a network of sums).

Blocks do not touch, so one program asks one question of each of them at once; and every answer is also a table that is possible, so
most questions are answered before they are asked.
"""

from collections.abc import Sequence

import numpy as np

from geo.disclosure.condensing import choose_all, condense
from geo.disclosure.few_areas import look_among_few
from geo.disclosure.programs import Blocks, Indices, Program, Rows
from geo.disclosure.questions import Question, search
from geo.disclosure.relations import Relation
from geo.disclosure.rules import NUMERATOR, UNBOUNDED, Floats

# Variables of a program that is asked of few areas first.
MANY = 500


def sharpen(
    least: Floats, most: Floats, relations: Sequence[Relation], is_linked: Rows, blocks: Blocks, question: Question
) -> tuple[Floats, Floats]:
    """Bounds of the wanted parts by the linear program, within those given, shapes (3, cells).

    least, most: as carried along sums already. is_linked: cells whose numerator and those without are the denominator, of an indicator
    where something is said of those without. Raises DisclosureError where no table is possible.
    """
    wanted = (question.wanted & (least < most))[:, blocks.cell]
    blocks = blocks.only(np.any(wanted, axis=0))
    sharper = least.copy(), most.copy()
    if not len(blocks.cell):
        return sharper
    program = Program.of(relations, is_linked, blocks, bool(np.any(wanted[NUMERATOR])))
    low, high = least[:, blocks.cell].ravel(), np.minimum(most[:, blocks.cell], UNBOUNDED).ravel()
    program = program.torn_apart(low, high, question.wanted[:, blocks.cell].ravel() & (low < high))
    for piece, at in program.lots():
        of, cell = np.divmod(at, len(blocks.cell))
        found = _answer(piece, (low[at], high[at]), (of, blocks.cell[cell]), question)
        np.maximum.at(sharper[0], (of, blocks.cell[cell]), found[0])
        np.minimum.at(sharper[1], (of, blocks.cell[cell]), found[1])
    return sharper


def _answer(piece: Program, between: tuple[Floats, Floats], at: tuple[Indices, Indices], question: Question) -> tuple[Floats, Floats]:
    """Bounds of the variables of a program. at: part and cell of each. Only blocks with open questions are asked."""
    wanted = question.wanted[at] & (between[0] < between[1])
    if question.possible is None or not piece.holds(table := question.possible[at], between):
        least, unknown = between[0], np.full(len(wanted), np.nan)
        moved = np.zeros(len(least)), between[1] - least
        low, high, *_ = search(choose_all(piece, between, least), moved, (unknown, unknown), wanted, question.within(at, least))
        return low + least, high + least
    moved, same = (between[0] - table, between[1] - table), np.zeros(len(table))
    area, indicator = question.places or (np.zeros(question.wanted.shape[1], dtype=np.intp),) * 2
    choices, seen = condense(piece, between, table, area[at[1]]), (same, same)
    question = question.within(at, table)
    if len(wanted) > MANY and question.places is not None:
        sort = at[0] * (int(indicator.max()) + 1) + indicator[at[1]]
        seen = look_among_few(choices, moved, wanted, question, (area[at[1]], sort), piece.matrix)
        wanted &= question.is_short_of(*seen)
    low, high, *_ = search(choices, moved, seen, wanted, question)
    return low + table, high + table
