"""What a policy makes of each count by itself: shown and rounded, or withheld and why, and what the published form may stand for.

Decided on persons, for the numerator and for those of the denominator who are not in it. A reason that is published tells only what the
rule tells everyone: `small_numbers` that the persons are few, `complement` that those without are, `denominator` that the published
denominator is small (whatever the numerator), `dominance` that too few people, or one of them, make the sum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.disclosure.cell_keys import perturb
from geo.disclosure.policies import Policy, Primary
from geo.errors import DisclosureError

# Kinds of measure: persons among persons; events among persons; sums (days, pounds) over persons.
SHARE, EVENTS, SUM = 0, 1, 2
KINDS = {"share": SHARE, "events": EVENTS, "sum": SUM}
# Parts of a cell, as first index of every pair of bounds: the numerator, those without, the denominator.
NUMERATOR, COMPLEMENT, DENOMINATOR = 0, 1, 2
# Stands for "no bound is known". Sums over a country of it stay exact in floating point.
UNBOUNDED = 1e9
REASONS = ("", "small_numbers", "complement", "denominator", "dominance", "percentage", "level_withheld", "not_collected")
SHOWN, SMALL, FEW_WITHOUT, SMALL_DENOMINATOR, DOMINANCE, PERCENTAGE, WITHHELD, NOT_COLLECTED = range(len(REASONS))
# Reasons that hide a count of persons (a percentage alone is withheld because rounding would move it too far).
HIDING = (SMALL, FEW_WITHOUT, SMALL_DENOMINATOR, DOMINANCE, WITHHELD)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counts:
    """Exact counts, one entry a cell. Missing numerator = not collected; missing persons, providers, largest, second = not known (nan).

    kind: SHARE, EVENTS or SUM. second: the second largest contribution to a sum, for the p % rule.
    numerator_key, denominator_key: sums of the record keys of a cell's records, for policies by cell keys; None = not kept.
    """

    kind: NDArray[np.int8]
    numerator: Floats
    denominator: Floats
    persons: Floats
    providers: Floats
    largest: Floats
    second: Floats
    numerator_key: NDArray[np.int64] | None = None
    denominator_key: NDArray[np.int64] | None = None


@dataclass
class Marks:
    """What is published of each cell, and bounds of what it stands for, shapes (cells,) and (3, cells); changed in place by yardsticks.

    reason: index in REASONS, of the numerator. published: numerator and denominator, nan where withheld. least, most: what each
    published part says by itself.
    """

    reason: NDArray[np.int8]
    numerator: Floats
    denominator: Floats
    least: Floats
    most: Floats

    def copy(self) -> "Marks":
        """The same, to be changed by itself."""
        return Marks(self.reason.copy(), self.numerator.copy(), self.denominator.copy(), self.least.copy(), self.most.copy())


def mark(counts: Counts, policy: Policy) -> Marks:
    """Publish or withhold each cell by itself. Raises DisclosureError for counts that contradict each other."""
    _check(counts)
    shown_denominator, least, most = publish(counts.denominator, policy, counts.denominator_key)
    marks = Marks(
        reason=np.zeros(len(counts.kind), dtype=np.int8),
        numerator=np.empty(0),
        denominator=shown_denominator,
        least=np.zeros((3, len(counts.kind))),
        most=np.full((3, len(counts.kind)), UNBOUNDED),
    )
    marks.least[DENOMINATOR], marks.most[DENOMINATOR] = least, most
    rounded, least, most = publish(counts.numerator, policy, counts.numerator_key, is_count=counts.kind != SUM)
    marks.reason[:] = _reasons(counts, policy, shown_denominator, rounded)
    is_hidden = np.isin(marks.reason, HIDING) | (marks.reason == NOT_COLLECTED)
    marks.least[NUMERATOR] = np.where(is_hidden, 0.0, least)
    marks.most[NUMERATOR] = np.where(is_hidden, UNBOUNDED, most)
    marks.numerator = np.where(is_hidden, np.nan, rounded)
    _say_what_is_hidden(marks, counts.kind, policy)
    doubt_percentages(marks, counts.kind, policy)
    return marks


def publish(
    values: Floats, policy: Policy, keys: NDArray[np.int64] | None = None, *, is_count: NDArray[np.bool_] | bool = True
) -> tuple[Floats, Floats, Floats]:
    """The published form of counts by themselves (nan = withheld) with the least and greatest count that it stands for.

    is_count: False for sums, which are rounded but have rules of their own for when they are shown. Missing values stay missing.
    """
    if policy.method == "open":
        return values.copy(), values.copy(), values.copy()
    if policy.method == "midpoint":
        half = policy.round_to // 2
        shown = np.ceil(values / policy.round_to) * policy.round_to - half * (values > 0)
        return shown, np.where(values > 0, shown - half + 1, 0.0), np.where(values > 0, shown + half, 0.0)
    if policy.method == "cell_key":
        return perturb(values, keys, withheld_below=_primary(policy).most + 1)
    low, high = _primary(policy).least, _primary(policy).most
    reach = policy.round_to // 2
    is_few = (values >= low) & (values <= high) & is_count
    is_zero = (values == 0) & is_count
    rounded = np.floor((values + reach) / policy.round_to) * policy.round_to
    lowest = np.where(is_count, high + 1, 0)
    least = np.where(is_few, low, np.where(is_zero, 0.0, np.maximum(rounded - reach, lowest)))
    most = np.where(is_few, high, np.where(is_zero, 0.0, rounded + reach))
    return np.where(is_few, np.nan, rounded), least, most


def _primary(policy: Policy) -> Primary:
    if policy.primary is None:
        raise DisclosureError(f"the policy {policy.name} withholds nothing, so it has no such rule")
    return policy.primary


def _reasons(counts: Counts, policy: Policy, shown_denominator: Floats, rounded: Floats) -> NDArray[np.int8]:
    """Why each numerator is withheld, the first that applies."""
    persons = np.where(np.isnan(counts.persons), counts.numerator, counts.persons)
    reason = np.full(len(persons), SHOWN, dtype=np.int8)
    if policy.primary is not None:
        low, high = policy.primary.least, policy.primary.most
        is_count = counts.kind != SUM
        without = counts.denominator - persons
        if policy.complements:
            reason[(without >= max(low, 1)) & (without <= high)] = FEW_WITHOUT
        reason[is_count & (persons >= low) & (persons <= high)] = SMALL
        reason[is_count & np.isnan(rounded)] = SMALL
    if policy.smallest_denominator is not None:
        reason[~(shown_denominator >= policy.smallest_denominator)] = SMALL_DENOMINATOR
    if policy.sums is not None:
        reason[(counts.kind == SUM) & (persons > 0) & _is_dominated(counts, policy)] = DOMINANCE
    reason[np.isnan(counts.numerator)] = NOT_COLLECTED
    return reason


def _is_dominated(counts: Counts, policy: Policy) -> NDArray[np.bool_]:
    """Sums that too few people stand behind, or that give one contribution away. Where the second largest is unknown, the worst."""
    rule = policy.sums
    assert rule is not None
    total, largest = counts.numerator, counts.largest
    worst = np.minimum(largest, total - largest)
    second = np.where(np.isnan(counts.second), worst, counts.second)
    is_dominated = (counts.persons < rule.persons) | np.isnan(counts.persons) | np.isnan(largest)
    is_dominated |= largest > rule.largest_share * total
    is_dominated |= total - largest - second < rule.p_percent / 100 * largest
    if rule.providers is not None:
        is_dominated |= counts.providers < rule.providers
    return is_dominated


def _say_what_is_hidden(marks: Marks, kind: NDArray[np.int8], policy: Policy) -> None:
    """Bounds that the published reason tells by itself.

    Where events are counted, few persons may have had many of them, so only "at least" is told. Shown shares tell that nobody or more
    than a few are without.
    """
    if policy.primary is None:
        return
    low, high = float(policy.primary.least), float(policy.primary.most)
    least, most, is_share = marks.least, marks.most, kind == SHARE
    is_small = marks.reason == SMALL
    least[NUMERATOR][is_small] = low
    most[NUMERATOR][is_small & is_share] = high
    few = marks.reason == FEW_WITHOUT
    least[NUMERATOR][few] = high + 1
    least[COMPLEMENT][few & is_share], most[COMPLEMENT][few & is_share] = max(low, 1.0), high
    if policy.complements:
        is_shown = is_share & np.isin(marks.reason, (SHOWN, PERCENTAGE))
        fewest, greatest = least[DENOMINATOR] - most[NUMERATOR], most[DENOMINATOR] - least[NUMERATOR]
        most[COMPLEMENT][is_shown & (greatest <= high)] = 0.0
        some = is_shown & (fewest >= 1)
        least[COMPLEMENT][some] = np.maximum(high + 1, fewest[some])


def doubt_percentages(marks: Marks, kind: NDArray[np.int8], policy: Policy) -> None:
    """Withhold shares that rounding could move too far; their counts stay known as intervals."""
    if policy.percentage_points is None:
        return
    with np.errstate(invalid="ignore", divide="ignore"):
        share = marks.numerator / marks.denominator
        lowest = marks.least[NUMERATOR] / marks.most[DENOMINATOR]
        highest = np.minimum(marks.most[NUMERATOR] / np.maximum(marks.least[DENOMINATOR], 1), 1.0)
        moved = np.maximum(share - lowest, highest - share)
    is_doubtful = (kind == SHARE) & (marks.reason == SHOWN) & ~(moved <= policy.percentage_points / 100)
    marks.reason[is_doubtful] = PERCENTAGE
    marks.numerator[is_doubtful] = np.nan


def _check(counts: Counts) -> None:
    is_known = ~np.isnan(counts.numerator)
    faults = {
        "a denominator is missing or below 0": ~(counts.denominator >= 0),
        "a numerator is below 0": is_known & (counts.numerator < 0),
        "a share has more in its numerator than in its denominator": is_known
        & (counts.kind == SHARE)
        & (counts.numerator > counts.denominator),
        "a share's persons are not its numerator": is_known
        & (counts.kind == SHARE)
        & ~np.isnan(counts.persons)
        & (counts.persons != counts.numerator),
        "more persons than events": is_known & (counts.kind == EVENTS) & (counts.persons > counts.numerator),
        "events of nobody": is_known & (counts.kind != SHARE) & (counts.numerator > 0) & (counts.persons == 0),
    }
    for fault, is_wrong in faults.items():
        if np.any(is_wrong):
            raise DisclosureError(f"{int(np.sum(is_wrong))} cells cannot be right: {fault}.")
