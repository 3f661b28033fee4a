"""What each value says about itself, as words for people and as small numbers for storage and value files.

Numbers are fixed: they are stored and shipped. Synthetic is not here, for it is a property of a whole release.
"""

from enum import IntEnum


class Status(IntEnum):
    """Why there is or is not a value. Missing is never zero."""

    VALUE = 0
    ZERO = 1
    SUPPRESSED = 2
    MISSING = 3
    NOT_COLLECTED = 4
    NOT_APPLICABLE = 5


class Basis(IntEnum):
    """Whether the value was counted for this area or computed from counts of other units."""

    OBSERVED = 0
    MODELLED = 1


class Comparison(IntEnum):
    """Against England, by 95 % limits; better and worse where the indicator has a direction, else higher and lower."""

    NOT_COMPARED = 0
    BETTER = 1
    SIMILAR = 2
    WORSE = 3
    HIGHER = 4
    LOWER = 5


class Reason(IntEnum):
    """Why something that could stand here does not: a value, its numerator, or its limits."""

    NONE = 0
    NOT_PUBLISHED = 1  # the publisher gives the figure without counts or limits
    SUPPRESSED_BY_PUBLISHER = 2
    NOT_REPORTED = 3  # the unit did not report
    AREA_NOT_MAPPED = 4  # the unit's code leads to no area of today
    ALLOCATION_ERROR_UNKNOWN = 5  # modelled, and its error could not be estimated
    SMALL_NUMBERS = 6  # withheld by our own rule
    NOT_IN_SOURCE = 7  # the source has no row for this area
    NO_POPULATION = 8  # the denominator is zero
    INCOMPLETE = 9  # a part of the area has no figure, so no total is shown
    WITHHELD = (
        10  # withheld by our own rule, though not for a count known to be small: so that others stay hidden, or a few people make it up
    )
    ROUNDING = 11  # the protected counts could move the percentage by more than two points
    SPREAD_UNKNOWN = 12  # a sum over people who differ, as of days in hospital, tells nothing of chance
    # Cells and other sums that stand on withheld figures (geo.disclosure.cells):
    MOSTLY_ESTIMATED = 13  # more than half of it would be filled in for what is withheld
    FEW_AREAS = 14  # it would stand on one or two areas
    FEW_PEOPLE = 15  # fewer people live there than a sum over withheld figures needs


# A figure from counts can be relied on when it rests on so many events and people, and where only some of the people are covered on such
# a share of them.
RELIABLE_EVENTS = 10
RELIABLE_PEOPLE = 50
RELIABLE_COVERAGE = 0.7


def word(member: IntEnum) -> str:
    """The member's name as the API writes it: `not_collected`."""
    return member.name.lower()


def pack(status: int, basis: int, comparison: int, is_reliable: bool) -> int:
    """One byte: status in bits 0-2, basis in bit 3, comparison in bits 4-6, is_reliable in bit 7."""
    return status | basis << 3 | comparison << 4 | int(is_reliable) << 7


# What the engine says of one area of a slice, as stored; None = not tested.
SPOTS = {1: "high", -1: "low", 0: "neither", None: "not_tested"}
FUNNELS = {3: "above_99_8", 2: "above_95", 0: "within", -2: "below_95", -3: "below_99_8", None: "not_tested"}
