"""Which periods of a series may be compared with the newest: of quarters only the same quarter of other years."""

from geo.periods import parse_period

# Quarters count a year back, so neighbours share most of their people, and the last of a year jumps: SMI checks, immunisation.
_QUARTER = "quarter"


def like_periods(periods: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the newest's kind, and of quarters those of its quarter, the oldest first. Slugs as geo.periods writes them."""
    parsed = sorted(parse_period(slug) for slug in periods)
    if not parsed:
        return ()
    newest = parsed[-1]
    alike = [period for period in parsed if period.kind == newest.kind]
    if newest.kind == _QUARTER:
        alike = [period for period in alike if period.end.month == newest.end.month]
    return tuple(period.slug for period in alike)
