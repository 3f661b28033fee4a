"""What the evidence counts as broken: withheld counts that a table protected without its relations leaves too few values."""

from dataclasses import replace

from geo.disclosure.atoms import protect
from geo.disclosure.policies import load_policy
from geo.disclosure.protected_files import ProtectedWorld
from tests.geo.disclosure.test_attacks_on_families import baskets
from tools.evidence.attacking.worlds import Attacked
from tools.evidence.attacking.yardsticks import absolute, connected, relative, without_rounding

HES = load_policy("hes")


def attacked(*, is_told):
    """A system of three indicators of which two make up the third, protected with and without that."""
    cells, family = baskets(3)
    table = protect(cells, HES, family if is_told else replace(family, known=())).table
    return Attacked(cells, family, ProtectedWorld(table, {}, ""), HES)


def test_a_table_that_knows_its_relations_keeps_four_values_everywhere():
    release = attacked(is_told=True)

    with_outside, without = absolute(release, connected(release)[0])

    assert with_outside.withheld > 50
    assert (with_outside.few, without.few) == (0, 0)


def test_a_table_that_does_not_is_broken_and_the_sums_that_break_it_are_named():
    release = attacked(is_told=False)

    with_outside, without = absolute(release, connected(release)[0])

    assert with_outside.few == len(with_outside.cells) > 0
    assert without.few > 0
    assert any("in all" in name for cell in with_outside.cells for name in cell.needs)


def test_weaker_ways_to_publish_are_broken():
    release = attacked(is_told=True)

    ours, theirs = (relative(release, "acute", period="2021-22", exact_sums=way) for way in (False, True))

    assert without_rounding(release, connected(release)[0]).few > 0
    assert ours.narrowed == 0
    assert theirs.narrowed > 0
