"""Every exception that this house raises, from the most general to the narrowest.

`api/errors.py` is the one table that turns these classes into HTTP answers.
"""

from dataclasses import asdict, dataclass


class HiidError(Exception):
    """Anything that went wrong and that we can name."""


class InputError(HiidError):
    """The caller's fault: a parameter that is unknown, malformed or contradictory.

    `parameter` names the parameter, `found` is what was given, `valid` lists what would have been right (possibly a part of it).
    """

    def __init__(self, message: str, *, parameter: str = "", found: str = "", valid: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.found = found
        self.valid = valid


class UnknownArea(InputError):
    """No area has this code in this vintage."""


class UnknownGeography(InputError):
    """No set of areas has this name."""


class UnknownIndicator(InputError):
    """No indicator of the release has this slug."""


class UnknownRelease(InputError):
    """No release has this id."""


class WithdrawnRelease(InputError):
    """The release was withdrawn; the message is its notice."""


class UnknownStratum(InputError):
    """The indicator is not broken down in this way."""


class InvalidPeriod(InputError):
    """A period that is not written as one, or that the indicator does not have."""


class InvalidTileAddress(InputError):
    """A tile address outside the grid, or a tileset or version that does not exist."""


class UnknownPlan(InputError):
    """No plan has this id."""


class UnknownCatchment(InputError):
    """No catchment has this id."""


class UnknownMatrix(InputError):
    """No table of minutes has this id or digest, or none that is kept any more."""


class NotYours(HiidError):
    """Only whoever made it may change it; anybody may read it, or save one of their own."""


class TooManyJobs(HiidError):
    """So much work is waiting already that more would only wait longer."""


class TooManySaved(HiidError):
    """So much is saved already that no more can be."""


class TooLarge(HiidError):
    """What was sent is larger than what is read here."""


class JobStopped(HiidError):
    """Background work that ended without an answer; the message says why, for people."""


class InvalidShape(InputError):
    """A shape that cannot be mended; `parameter` says where in it the fault stands."""


class InvalidTable(InputError):
    """A table that somebody sent and that cannot be used; the message says file, row, column, what was found and what was expected."""


class UnfitCatchment(InputError):
    """A shape, list or place that is fine in itself and yet makes no catchment: it lies outside England, or nobody lives in it."""


class NothingPublished(HiidError):
    """No release is current yet, so there are no numbers to answer with."""


class TooManyDownloads(HiidError):
    """So many whole files are being sent at once that another would leave nobody to answer short questions."""


class TookTooLong(HiidError):
    """A read passed its time limit and was stopped by the database."""


@dataclass(frozen=True)
class Place:
    """Where in a published file a fault stands. Row numbers count from 1 as a spreadsheet shows them; 0 = the whole file."""

    file: str
    row: int = 0
    column: str = ""
    found: str = ""
    expected: str = ""


class PlacedError(HiidError):
    """A fault of a file: `place` says where, what was found and what was expected, `fault` its kind."""

    def __init__(self, fault: str, place: Place) -> None:
        self.fault = fault
        self.place = place
        super().__init__(str(self))

    def __str__(self) -> str:
        where = self.place.file
        if self.place.row:
            where += f", row {self.place.row}"
        if self.place.column:
            where += f", column {self.place.column!r}"
        return f"{where}: {self.fault.replace('_', ' ')}: found {self.place.found}, expected {self.place.expected}"

    def as_dict(self) -> dict[str, object]:
        """The fault and its place as plain values, for storing and for answers."""
        return {"fault": self.fault, **asdict(self.place)}


class SourceError(PlacedError):
    """A published file that cannot be used; `place` says where, what was found and what was expected, `fault` its kind.

    Kinds: missing_column, duplicated_code, unknown_code, not_a_number, impossible_value, wrong_vintage, truncated,
    changed_hash, not_a_table, archive_bomb, missing_value, not_found, too_large.
    """


class LinkageError(PlacedError):
    """An extract of records that cannot be linked, or a step of linkage that could not end; what was found never holds an identifier.

    Kinds: not_found, not_a_table, not_readable, changed_hash, no_rows, missing_column, wrong_type, bad_date, mixed_vintages,
    too_many_rejected, no_key, disk_full, not_written, no_permission, step_failed, no_engine.
    """


class DefinitionError(HiidError):
    """One of our own definition files (sources, layouts, indicators) breaks its rules; the message names file and key."""


class StatisticsError(HiidError):
    """Numbers for which a statistic has no meaning."""


class DisclosureError(HiidError):
    """Counts that cannot be protected as the policy demands: nothing of them may leave. The message holds no count."""


class SolverError(HiidError):
    """A program that was not solved in the time it had."""


class GeographyError(HiidError):
    """Shapes, points or weights that contradict themselves."""


class PlanningError(HiidError):
    """Minutes, people or demands on a plan that contradict themselves, or that no sites can meet."""


class RefusedClaim(InputError):
    """A question that these figures cannot answer honestly. `reason` is the name of the rule, the message says it in plain words."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, parameter="rule", found=reason)
        self.reason = reason


class QualityError(HiidError):
    """A release that fails its own checks and must not be published."""
