"""Whether the areas of a slice are a field: enough of them, and not those alone whose counts happened to leave the secure side."""

from typing import Any

from django.db import connection

from geo.disclosure.claims import refuse_incomplete
from geo.errors import RefusedClaim
from geo.findings.slices import WITHHELD, Areas, Slice
from geo.models import Release
from geo.sqlfiles import statement
from geo.statistics.insights import FEWEST_CLUSTERS
from geo.statuses import Basis

# Fewer areas than this are no field to stand out from.
FEWEST_AREAS = 30


def refuse_no_field(release: Release, part: Slice, areas: Areas) -> None:
    """Raise RefusedClaim where protection leaves too little to ask of a slice: fewer than 30 areas, or too many of their people unknown.

    A count that is withheld and yet known to be 1 to 7 is no gap. Areas of so few people that rounding hides them are told as left out;
    they are chosen by their size and not by what happened there.
    """
    withheld, people = _withheld(release, part)
    if len(areas) + withheld < FEWEST_AREAS:
        least = f"{part.policy.fewest_people:,.0f} people or more" if part.policy.fewest_people else "people"
        raise RefusedClaim(
            "too_few_areas",
            f"Fewer than {FEWEST_AREAS} areas have {least} behind their figure: too few for one to stand out from the others.",
        )
    refuse_incomplete(people / (people + float(areas.denominator.sum())), f"the people of {part.geography.title}")


def refuse_few_clusters(part: Slice, areas: Areas) -> None:
    """Raise RefusedClaim where groups of persons, of whom counts are protected, live in too few areas for errors alike within each."""
    if part.policy.is_protected and len(areas) < FEWEST_CLUSTERS:
        raise RefusedClaim(
            "too_few_areas",
            f"Groups are told apart in fewer than {FEWEST_CLUSTERS} areas, too few for a model that allows for what makes the people of one"
            " area alike. The groups of all people are side by side on the page of inequality.",
        )


def _withheld(release: Release, part: Slice) -> tuple[int, float]:
    values: dict[str, Any] = {
        "release": release.id,
        **part.keys,
        "basis": int(Basis.OBSERVED),
        "suppressed": part.suppressed,
        "withheld": WITHHELD,
        "fewest": part.policy.fewest_people,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/withheld"), values)
        areas, people = cursor.fetchone()
    return int(areas), float(people)
