"""How far modelled road minutes are from measured ones on hospitals that the fit did not see. Writes docs/evidence/travel.md.

Ten times three hospitals in ten are left out of the fit. Errors are told of trips of an hour or less, by length, by region, and for ways
over water; the worst are listed by name. Exits 1 where the mean is over 4.2 minutes. Reads the staged table of the mirror; a minute.
"""

import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import django
import numpy as np
import shapely
from numpy.typing import NDArray

django.setup()

from geo.models import Area  # noqa: E402
from geo.planning.travel import Matrix, crosses_water  # noqa: E402
from geo.planning.travel_model import BANDS_KM, FURTHEST_FITTED_KM, LEAST_PACE, LONGEST_FITTED, Density, fit_drive, hold_out  # noqa: E402
from geo.releases.tables import read_staging  # noqa: E402
from geo.releases.travel import known, read_measured  # noqa: E402

REPORT = Path(__file__).parents[2] / "docs" / "evidence" / "travel.md"
SPLITS, LIMIT = 10, 4.2
WORST = 15


@dataclass(frozen=True)
class Trips:
    """Trips to hospitals that the fit did not see, all splits together. off: modelled less measured minutes."""

    split: NDArray[np.intp]
    origin: NDArray[np.intp]
    destination: NDArray[np.intp]
    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    off: NDArray[np.float64]

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Trips":
        """Some of them."""
        return Trips(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def main() -> None:
    """Fit, compare, write; end with an error where the mean is over the limit."""
    measured, people = read_measured()
    density = known(Density(measured.origins, people))
    trips = _unseen(measured, density)
    short = trips.only(trips.minutes <= LONGEST_FITTED)
    text = "\n\n".join(
        [
            "# How far modelled minutes are off",
            _opening(measured, short),
            _splits(short),
            _bands(trips, short),
            _one_factor(measured, short),
            *_places(measured, short),
            _coefficients(fit_drive(measured, density).weights),
            _caveats(),
        ]
    )
    REPORT.write_text(text + "\n", encoding="utf-8")
    print(text)
    if (mean := _mae(short)) > LIMIT:
        sys.exit(f"off by {mean:.2f} minutes, more than {LIMIT}")


def _unseen(measured: Matrix, density: Density) -> Trips:
    parts = []
    for number, split in enumerate(hold_out(measured, density, splits=SPLITS)):
        one = split.trips
        parts.append(Trips(np.full(len(split.off), number), one.origin, one.destination, one.km, one.minutes, split.off))
    return Trips(*(np.concatenate([getattr(part, name) for part in parts]) for name in Trips.__dataclass_fields__))


def _mae(trips: Trips) -> float:
    return float(np.abs(trips.off).mean())


def _opening(measured: Matrix, short: Trips) -> str:
    off = np.abs(short.off)
    return (
        f"Made by `make evidence` (tools/evidence/travel.py). Measured: {measured.source}, from {len(measured.origins):,} neighbourhoods"
        f" of England (LSOA 2011) to {len(measured.destinations)} hospitals. {SPLITS} times three hospitals in ten were left out of the"
        f" fit, and only trips to those are counted: {len(off):,} trips of an hour or less. **Mean absolute error {off.mean():.2f}"
        f" minutes** (limit {LIMIT}), root mean square {np.sqrt((off**2).mean()):.2f}, mean {short.off.mean():+.2f}; nine in ten are"
        f" within {np.percentile(off, 90):.1f}."
    )


def _splits(short: Trips) -> str:
    each = [f"{_mae(short.only(short.split == number)):.2f}" for number in range(SPLITS)]
    return f"By split: {', '.join(each)}."


def _bands(trips: Trips, short: Trips) -> str:
    rows = []
    for low, high in ((0, 2), (2, 4), (4, 8), (8, 16), (16, 32), (32, 200)):
        some = short.only((short.km >= low) & (short.km < high))
        name = f"{low} to {high} km" if high < 200 else f"{low} km and more"
        rows.append((name, len(some.off), some.minutes.mean(), _mae(some), some.off.mean()))
    modelled = trips.minutes + trips.off
    for low, high in ((0, 15), (15, 30), (30, 45), (45, 60)):
        some = trips.only((modelled > low) & (modelled <= high))
        rows.append((f"modelled {low} to {high} minutes", len(some.off), some.minutes.mean(), _mae(some), some.off.mean()))
    head = "| trips | number | measured minutes, mean | mean absolute error | mean of modelled less measured |\n|---|---|---|---|---|\n"
    body = "\n".join(f"| {name} | {number:,} | {mean:.1f} | {mae:.2f} | {bias:+.2f} |" for name, number, mean, mae, bias in rows)
    note = (
        "The first rows are trips of an hour or less by measured time. The last are by modelled time, whatever was measured, as a reader"
        " meets them: the model was fitted to trips of an hour or less, so it takes some longer ones for shorter."
    )
    return f"## By length\n\n{head}{body}\n\n{note}"


def _one_factor(measured: Matrix, short: Trips) -> str:
    """What one factor of minutes a kilometre would do, fitted to all of these trips, so flattered."""
    factor = (short.km * short.minutes).sum() / (short.km**2).sum()
    off = np.abs(factor * short.km - short.minutes).mean()
    return f"One factor for everywhere ({factor:.2f} minutes a kilometre, fitted to these very trips) is off by {off:.2f} minutes."


def _places(measured: Matrix, short: Trips) -> list[str]:
    units = (
        read_staging("stroke_units", ("postcode", "ssnap_name", "region_name"))
        .to_pandas()
        .drop_duplicates("postcode")
        .set_index("postcode")
    )
    order = read_staging("travel_times_destinations", ("position", "postcode")).to_pandas().sort_values("position")["postcode"]
    placed = read_staging("stroke_unit_coordinates", ("postcode",)).to_pandas()["postcode"]
    postcodes = order[order.isin(placed)].to_list()
    names = [str(units["ssnap_name"].get(postcode) or postcode) for postcode in postcodes]
    points = Area.objects.filter(geography__slug="lsoa11", centroid_27700__isnull=False).order_by("feature_id")
    at = {(round(point.x), round(point.y)): (code, name) for code, name, point in points.values_list("code", "name", "centroid_27700")}
    areas = [at[round(east), round(north)] for east, north in measured.origins]
    region = _regions({code: number for number, (code, _) in enumerate(areas)}, len(areas))
    return [_by_region(short, region), _water(measured, short), _worst(measured, short, areas, names)]


def _regions(of: dict[str, int], size: int) -> NDArray[np.object_]:
    """Region of each origin."""
    found = np.full(size, "unknown", dtype=object)
    links = Area.objects.filter(geography__slug="lsoa11", parent_links__parent__geography__slug="rgn23")
    for code, name in links.values_list("code", "parent_links__parent__name"):
        if code in of:
            found[of[code]] = name
    return found


def _by_region(short: Trips, region: NDArray[np.object_]) -> str:
    rows = []
    for name in sorted(set(region)):
        some = short.only(region[short.origin] == name)
        if len(some.off):
            rows.append(f"| {name} | {len(some.off):,} | {_mae(some):.2f} | {some.off.mean():+.2f} |")
    return "## By region of those who travel\n\n| region | trips | mean absolute error | mean |\n|---|---|---|---|\n" + "\n".join(rows)


def _flags(measured: Matrix, trips: Trips) -> NDArray[np.bool_]:
    """Whether the straight way of each leaves England."""
    land = Area.objects.filter(geography__slug="ctry23").values_list("geometry_27700", flat=True).first()
    outline = shapely.make_valid(shapely.from_wkb(bytes(land.wkb)))
    return crosses_water(measured.origins[trips.origin], measured.destinations[trips.destination], outline)


def _water(measured: Matrix, short: Trips) -> str:
    some = short.only(np.random.default_rng(0).random(len(short.off)) < 60_000 / len(short.off))
    flags = _flags(measured, some)
    rows = "\n".join(
        f"| {word} | {int(chosen.sum()):,} | {_mae(some.only(chosen)):.2f} | {some.only(chosen).off.mean():+.2f} |"
        f" {np.percentile(np.abs(some.only(chosen).off), 99):.0f} |"
        for word, chosen in (("stays in England", ~flags), ("leaves it (`crosses_water`)", flags))
    )
    head = "| straight way | trips | mean absolute error | mean | 99 in 100 within |\n|---|---|---|---|---|\n"
    return f"## Water, Wales and Scotland between\n\nOf {len(some.off):,} of these trips, drawn by chance:\n\n{head}{rows}"


def _worst(measured: Matrix, short: Trips, areas: list[tuple[str, str]], names: list[str]) -> str:
    """The worst neighbourhood of each pair of district and hospital, so that one estuary is listed once."""
    rows, seen = [], set()
    order = np.argsort(-np.abs(short.off))[:5_000]
    flags = dict(zip(order.tolist(), _flags(measured, short.only(order)).tolist(), strict=True))
    for number in order.tolist():
        code, name = areas[short.origin[number]]
        pair = (name.rpartition(" ")[0], short.destination[number])
        if pair in seen:
            continue
        seen.add(pair)
        ends = f"{name} ({code}) | {names[short.destination[number]]}"
        trip = f"{short.km[number]:.0f} | {short.minutes[number]:.0f} | {short.minutes[number] + short.off[number]:.0f}"
        rows.append(f"| {ends} | {trip} | {'yes' if flags[number] else 'no'} |")
        if len(rows) == WORST:
            break
    head = "| from | to | km, straight | measured | modelled | marked |\n|---|---|---|---|---|---|\n"
    return f"## Worst\n\nThe worst neighbourhood of each district and hospital.\n\n{head}" + "\n".join(rows)


def _coefficients(weights: NDArray[np.float64]) -> str:
    starts = ["start, minutes", *(f"{low:g} to {high:g} km, minutes a km" for low, high in pairwise(BANDS_KM))]
    cells = (" | ".join(f"{one:.2f}" for one in row) for row in weights.reshape(-1, 4).tolist())
    rows = "\n".join(f"| {name} | {row} |" for name, row in zip(starts, cells, strict=True))
    head = "| | from where nobody lives | from the fullest town | to where nobody lives | to the fullest town |\n|---|---|---|---|---|\n"
    words = f"Fitted to all hospitals. The two ends are added, and {LEAST_PACE:g} minutes for each kilometre; a place lies between the two."
    return f"## What the model is made of\n\n{words}\n\n{head}{rows}"


def _caveats() -> str:
    return (
        "## What this does not say\n\n"
        "The measured minutes are calibrated for ambulances; a car at rush hour, a van or a bus was not measured, and minutes of the model"
        f' name their mode, "modelled drive". Trips over {FURTHEST_FITTED_KM:g} km straight go on at one pace. Few hospitals lie where'
        " hardly anybody lives, so minutes to places there rest on less."
    )


if __name__ == "__main__":
    main()
