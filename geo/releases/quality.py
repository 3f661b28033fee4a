"""Whether a built release may be published: totals conserved, values in bounds, coverage, and what changed since the last one.

The report is stored with the release and shown with it. What must not be published raises QualityError, naming indicator and area.
"""

from typing import Any

import pyarrow as pa

from geo.codes import GEOGRAPHIES
from geo.errors import QualityError
from geo.models import Availability, Release
from geo.releases.tables import read_query
from geo.sqlfiles import statement

# Counts are moved as floating-point shares: an account of millions may be off by this part of it.
CONSERVED_WITHIN = 1e-9
# A national figure that moves by more than this part of itself between releases is told (not refused: sources get new editions).
NOTABLE_CHANGE = 0.005
# Fewer rows than this part of the last release's, for one indicator, means that a source was lost on the way.
LEAST_ROWS = 0.9
# Families whose counts come from neighbourhoods, and the sets of areas that each of them covers England with.
_SUMMED_FAMILIES = ("cervical", "qof", "census", "stroke")
_TILINGS = ("lsoa11", "lsoa21", "msoa11", "msoa21", "lad21", "lad24", "utla23", "sicbl23", "icb23", "icb26", "nhser24", "rgn23")
# Shares of converted areas sum to 1 only within their rounding.
SUMS_AGREE_WITHIN = 1e-6
# The most rows of one kind that a report lists.
_LISTED = 20


def check_release(release: Release) -> dict[str, Any]:
    """The report of a built release, stored in `release.quality`; the release is then in state checked.

    Keys: conserved (accounts, worst difference), sums (the same total in every set of areas), bounds (rows), coverage (by indicator
    its rows and the share with a value), changes (England's values that moved), lost (indicators that only the current release has),
    left_out, notes.
    Raises QualityError for an account that does not add up, a value out of bounds, an indicator that shrank, or a release without rows.
    """
    if release.state not in (Release.State.BUILT, Release.State.CHECKED):
        raise QualityError(f"Release {release.slug} is {release.state}; only a built release can be checked.")
    notes = release.quality.get("notes", {})
    found = read_query(statement("releases/quality"), [release.pk])
    report = {
        **release.quality,
        "conserved": check_conserved(notes.get("conserved", {})),
        "sums": _check_sums(release),
        "bounds": _check_bounds(release, found),
        "coverage": _coverage(found),
        **_changes(release, found),
    }
    release.quality = report
    release.state = Release.State.CHECKED
    release.save(update_fields=["quality", "state"])
    return report


def check_conserved(accounts: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Check that in = out + rejected for each account. Gives their number and the worst relative difference; raises QualityError."""
    worst = 0.0
    for name, account in accounts.items():
        left = sum(amount for place, amount in account.items() if place != "in")
        difference = abs(account["in"] - left) / max(abs(account["in"]), 1.0)
        if not difference <= CONSERVED_WITHIN:
            raise QualityError(f"{name}: {account['in']:,.3f} came in but {left:,.3f} are accounted for: {account}")
        worst = max(worst, difference)
    return {"accounts": len(accounts), "worst_relative_difference": worst}


def _check_sums(release: Release) -> dict[str, Any]:
    """Counts of neighbourhoods must add up to the same total in every set of areas that covers England. Raises QualityError."""
    tilings = [g.id for g in GEOGRAPHIES.values() if g.slug in _TILINGS]
    slices = Availability.objects.filter(release=release, geography_id__in=tilings, numerator__isnull=False)
    slices = slices.filter(indicator__definition__family__in=_SUMMED_FAMILIES)
    totals: dict[tuple[str, str, str], dict[str, float]] = {}
    for *key, geography, total in slices.values_list("indicator__slug", "period__slug", "stratum__slug", "geography__slug", "numerator"):
        totals.setdefault((key[0], key[1], key[2]), {})[geography] = float(total or 0)
    worst = 0.0
    for key_of_slice, by_geography in totals.items():
        low, high = min(by_geography.values()), max(by_geography.values())
        difference = (high - low) / max(high, 1.0)
        if difference > SUMS_AGREE_WITHIN:
            raise QualityError(f"{' '.join(key_of_slice)}: numerators differ between sets of areas: {by_geography}")
        worst = max(worst, difference)
    return {"slices": len(totals), "worst_relative_difference": worst}


def _check_bounds(release: Release, found: pa.Table) -> dict[str, int]:
    """Rows and how many break a bound, which must be none."""
    rows = sum(found["rows"].to_pylist())
    if not rows:
        raise QualityError(f"Release {release.slug} has no observations.")
    for kind, meaning in _BOUNDS.items():
        for indicator, broken in zip(found["indicator"].to_pylist(), found[kind].to_pylist(), strict=True):
            if broken:
                raise QualityError(f"{indicator}: {broken} observations {meaning}.")
    return {"rows": rows, "values": sum(found["with_value"].to_pylist())}


_BOUNDS = {
    "out_of_bounds": "have a value that its unit does not allow",
    "outside_limits": "have a value outside their own limits",
    "unexplained": "lack a value without saying why",
    "compared_without_limits": "are compared with England though they have no limits",
    "compared_lsoas": "are modelled for an LSOA and yet compared with England",
}


def _coverage(found: pa.Table) -> dict[str, dict[str, float | int | None]]:
    """By indicator: its rows, the share of them with a value, and the lowest coverage of one."""
    columns = (found[name].to_pylist() for name in ("indicator", "rows", "with_value", "lowest_coverage", "reliable"))
    return {
        indicator: {
            "rows": rows,
            "with_value": round(values / rows, 4),
            "reliable": round(reliable / max(values, 1), 4),
            "lowest_coverage": None if lowest is None else round(lowest, 4),
        }
        for indicator, rows, values, lowest, reliable in zip(*columns, strict=True)
    }


def _world(release: Release) -> str:
    """Which world of linked records a release is of, "" for none: another world has other areas, and so another number of rows."""
    return str(release.quality.get("linked", {}).get("world", ""))


def _rows(found: pa.Table) -> dict[str, int]:
    return dict(zip(found["indicator"].to_pylist(), found["rows"].to_pylist(), strict=True))


def _rows_of(release: Release) -> dict[str, int]:
    """Rows by indicator of a checked release, as its report has them; counted where it was checked before reports had them."""
    told = release.quality.get("coverage", {})
    if told and all("rows" in each for each in told.values()):
        return {indicator: each["rows"] for indicator, each in told.items()}
    return _rows(read_query(statement("releases/quality"), [release.pk]))


def _changes(release: Release, found: pa.Table) -> dict[str, Any]:
    """What differs from the release that is current: indicators lost or shrunk, and England's values that moved."""
    last = Release.objects.filter(is_current=True).exclude(pk=release.pk).first()
    if last is None:
        return {"since": None, "changes": [], "lost": []}
    had, has = _rows_of(last), _rows(found)
    is_other_world = _world(release) != _world(last)
    for indicator in had.keys() & has.keys():
        if is_other_world and indicator.startswith("linked-"):
            continue
        if has[indicator] < LEAST_ROWS * had[indicator]:
            raise QualityError(f"{indicator}: {has[indicator]:,} observations, where {last.slug} has {had[indicator]:,}.")
    old, new = last.sums.get("england", {}), release.sums.get("england", {})
    moved = [
        {"what": key, "from": old[key], "to": new[key]}
        for key in sorted(old.keys() & new.keys())
        if abs(new[key] - old[key]) > NOTABLE_CHANGE * max(abs(old[key]), 1e-12)
    ]
    return {"since": last.slug, "changes": moved[:_LISTED], "changes_in_all": len(moved), "lost": sorted(had.keys() - has.keys())}
