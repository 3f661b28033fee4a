"""The one slice that a question about a funnel, a hot spot or a trend is put to, and what may be asked of it."""

from geo.codes import AREA_TYPES, Geography
from geo.disclosure.claims import Claim, SliceFacts, refuse_dishonest
from geo.errors import InputError
from geo.queries.catalogue import IndicatorInfo, Slice
from geo.queries.observations import EVERYBODY, choose_period


def choose_slice(
    indicator: IndicatorInfo, *, area_type: str | None, vintage: int | None = None, period: str | None = None, stratum: str | None = None
) -> Slice:
    """The newest vintage of that type of areas in which the indicator was observed, else the newest; the latest period.

    Without a type the finest that was observed; with a vintage only areas of that.
    Raises InputError, InvalidPeriod, listing what would be valid.
    """
    wanted = stratum or EVERYBODY
    slices = [part for part in indicator.slices if part.stratum == wanted and part.geography.slug != "ctry23"]
    offered = tuple(dict.fromkeys(part.geography.area_type for part in slices))
    if area_type is not None and area_type not in offered:
        message = "The indicator is not to be had for areas of this type."
        raise InputError(message, parameter="area_type", found=area_type, valid=offered)
    fitting = [part for part in slices if area_type in (None, part.geography.area_type)]
    if fitting and vintage is not None:
        years = tuple(str(year) for year in sorted({part.geography.vintage for part in fitting}))
        fitting = [part for part in fitting if part.geography.vintage == vintage]
        if not fitting:
            message = "The indicator is not to be had for such areas of this year."
            raise InputError(message, parameter="vintage", found=str(vintage), valid=years)
    if not fitting:
        raise InputError("The indicator has no such part of the people.", parameter="stratum", found=wanted)
    geography = max((part.geography for part in fitting), key=lambda one: _standing(one, fitting))
    fitting = [part for part in fitting if part.geography == geography]
    chosen = choose_period(tuple(dict.fromkeys(part.period for part in fitting)), period)
    return next(part for part in fitting if part.period == chosen)


def refuse_slice(claim: Claim, indicator: IndicatorInfo, part: Slice, *, has_observed: bool) -> None:
    """Raise RefusedClaim where such a slice cannot bear the claim; with observed areas of its own it does not count as modelled."""
    periods = len({other.period for other in indicator.slices if other.geography == part.geography and other.stratum == part.stratum})
    facts = SliceFacts.of(
        indicator.definition,
        area_type=part.geography.area_type,
        is_modelled=part.basis == "modelled" and not has_observed,
        periods=periods,
    )
    refuse_dishonest(claim, facts)


def _standing(geography: Geography, slices: list[Slice]) -> tuple[bool, int, int]:
    observed = any(part.geography == geography and part.basis == "observed" for part in slices)
    return observed, -AREA_TYPES.index(geography.area_type), geography.vintage
