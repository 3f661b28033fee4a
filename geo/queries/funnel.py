"""The funnel of one slice: every observed area against its size, with the limits that chance and the usual differences allow."""

from dataclasses import dataclass

import numpy as np

from geo.codes import Geography
from geo.disclosure.claims import Claim
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.groups import PER
from geo.queries.reading import read
from geo.queries.slices import choose_slice, refuse_slice
from geo.statistics.funnels import dispersion_of, funnel_limits, funnel_points

# Places along the axis at which the limits are told: enough for a smooth line.
PLACES = 60
LABELS = {
    "High (0.001)": "above_99_8",
    "High (0.025)": "above_95",
    "Not significant": "within",
    "Low (0.025)": "below_95",
    "Low (0.001)": "below_99_8",
}


@dataclass(frozen=True)
class FunnelPoint:
    """One area. size: its denominator. value: in the indicator's unit. place: in words.

    z: standard errors from the centre, dispersion counted in.
    """

    area_code: str
    area_name: str
    size: float
    value: float
    z: float
    place: str


@dataclass(frozen=True)
class FunnelLine:
    """Limits at one size, in the indicator's unit."""

    size: float
    lower_95: float
    upper_95: float
    lower_99_8: float
    upper_99_8: float


@dataclass(frozen=True)
class FunnelInfo:
    """The whole funnel. centre: the figure of all these areas together. multiplier: of the unit.

    dispersion (phi): variance over what chance gives, 1 or more, by which the limits are widened. reason: why there are no points, else
    None. expected_outside: areas beyond the 99.8 % limits by chance alone.
    """

    part: Slice
    centre: float | None
    dispersion: float
    points: tuple[FunnelPoint, ...]
    lines: tuple[FunnelLine, ...]
    method: str
    multiplier: float
    expected_outside: float
    reason: str | None

    @property
    def geography(self) -> Geography:
        """The set of areas."""
        return self.part.geography


def get_funnel(
    release: ReleaseInfo,
    indicator: IndicatorInfo,
    *,
    area_type: str | None = None,
    vintage: int | None = None,
    period: str | None = None,
    stratum: str | None = None,
) -> FunnelInfo:
    """The funnel of a slice, over its areas with observed counts; limits widened by the winsorised dispersion where that is beyond chance.

    Raises RefusedClaim where such areas cannot bear one, and what `choose_slice` raises.
    """
    part = choose_slice(indicator, area_type=area_type, vintage=vintage, period=period, stratum=stratum)
    values = {
        "release": release.id,
        "indicator": part.indicator_id,
        "geography": part.geography.id,
        "period": part.period_id,
        "stratum": part.stratum_id,
    }
    rows = read("queries/counts_of_slice", values)
    refuse_slice(Claim.FUNNEL, indicator, part, has_observed=bool(rows))
    unit = str(indicator.definition.get("unit"))
    per = PER.get(unit, 1.0)
    if not rows:
        return FunnelInfo(part, None, 1.0, (), (), "", per, 0.0, "no_data")
    counts = np.array([row["numerator"] for row in rows])
    people = np.array([row["denominator"] for row in rows])
    kind = "proportion" if unit == "proportion" else "rate"
    alone = funnel_points(kind, counts, size=people, per=per)
    spread = dispersion_of(alone.z)
    phi = spread.phi if spread.is_over else 1.0
    points = funnel_points(kind, counts, size=people, per=per, dispersion=phi)
    return FunnelInfo(
        part=part,
        centre=points.baseline,
        dispersion=phi,
        points=tuple(
            FunnelPoint(row["area_code"], row["area_name"], float(size), float(value), float(z), LABELS[label])
            for row, size, value, z, label in zip(rows, points.size, points.value, points.z, points.label, strict=True)
        ),
        lines=_lines(kind, people, points.baseline, per, phi),
        method=(
            f"{'Score' if kind == 'proportion' else 'Poisson'} limits of 95 % and 99.8 % about the figure of all these areas together"
            + (f", widened for overdispersion (phi {phi:.1f}, 10 % winsorised)." if phi > 1 else ".")
        ),
        multiplier=per,
        expected_outside=0.002 * len(rows),
        reason=None,
    )


def _lines(kind: str, people: np.ndarray, baseline: float, per: float, phi: float) -> tuple[FunnelLine, ...]:
    """Limits at places spread evenly on the logarithm of size."""
    sizes = np.geomspace(people.min(), max(people.max(), people.min() * 1.01), PLACES)
    if kind == "proportion":
        limits = funnel_limits(kind, sizes, baseline=baseline, dispersion=phi)
        sides = [side.limit for side in (limits.lower_0025, limits.upper_0025, limits.lower_0001, limits.upper_0001)]
    else:
        # By expected events, so that all four limits stand at one size; the normal approximation needs a dispersion above 1.
        limits = funnel_limits(kind, sizes * baseline / per, baseline=baseline, per=per, dispersion=max(phi, 1 + 1e-9))
        sides = [side.limit for side in (limits.lower_0025, limits.upper_0025, limits.lower_0001, limits.upper_0001)]
    return tuple(FunnelLine(*(float(number) for number in row)) for row in zip(sizes, *sides, strict=True))
