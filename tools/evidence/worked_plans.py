"""Plans worked to their end, with pictures. Writes docs/tutorials/where-to-go.md and its images.

Vans for breast and lung screening in North Central London with and without equity weight, from the newest synthetic release, and who gains
in the east of Haringey; clinics for cervical screening from the newest real one. Needs a database that holds both (`make run`,
`make demo-data`); takes some minutes.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
django.setup()

import numpy as np  # noqa: E402
import shapely  # noqa: E402

from geo.models import Area  # noqa: E402
from geo.operations.siting import make_plan  # noqa: E402
from geo.planning.demand import Demand  # noqa: E402
from geo.planning.plans import Plan  # noqa: E402
from geo.planning.requests import PlanRequest  # noqa: E402
from geo.queries.catalogue import get_release, list_releases  # noqa: E402
from geo.queries.demand import read_demand  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FILE, IMAGES = ROOT / "docs" / "tutorials" / "where-to-go.md", ROOT / "docs" / "images"
SYSTEM = "E54000028"
# East of the railway through Hornsey and Wood Green: Tottenham, Northumberland Park, Seven Sisters (EPSG:27700, metres).
EAST_OF = 532_000
EQUITY = 3.0
# Of Okabe and Ito, told apart by those who see colours differently; each stop has its number besides.
COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d55e00", "#999999", "#a6cee3", "#b2df8a")
WIDTH = 440


@dataclass(frozen=True)
class Worked:
    """A programme's plan with everybody alike, and the one in which the most deprived count more; the need that both are of."""

    title: str
    alike: Plan
    fair: Plan
    demand: Demand


def work(title: str, programme: str, release: str, **fields: object) -> Worked:
    """Both plans of a programme."""
    body = {"programme": programme, "area": SYSTEM, "release": release, **fields}
    plans = [make_plan(PlanRequest.from_json({**body, "equity": equity}), lambda share, words: None) for equity in (0, EQUITY)]
    return Worked(title, plans[0], plans[1], read_demand(get_release(release), programme=programme, area=SYSTEM))


def draw(worked: Worked, name: str) -> str:
    """Who goes where in both plans, side by side, as an SVG; the path of the image from the tutorial."""
    shapes = {
        area.code: shapely.from_wkb(bytes(area.geometry_27700.wkb))
        for area in Area.objects.filter(geography__slug="lsoa21", code__in=worked.demand.areas.codes)
    }
    panels = [_panel(worked, plan, shapes) for plan in (worked.alike, worked.fair)]
    height = panels[0][1]
    captions = ("everybody alike", f"the most deprived fifth counts {1 + EQUITY:g} times")
    mark = "SYNTHETIC: made-up people. " if worked.alike.is_synthetic else f"Real data of {worked.demand.period}, modelled. "
    hatch = '<pattern id="poor" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height + 40}" font-family="sans-serif" role="img">',
        f"<title>{mark}{worked.title}: who goes to which stop, {' and '.join(captions)}</title>",
        f'<defs>{hatch}<path d="M0 0V6" stroke="#222" stroke-width="1.1"/></pattern></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for number, (panel, caption) in enumerate(zip([panel for panel, _ in panels], captions, strict=True)):
        parts.append(
            f'<g transform="translate({number * WIDTH},0)">{panel}<text x="12" y="{height + 12}" font-size="14">{caption}</text></g>'
        )
    parts.append(
        f'<text x="12" y="{height + 32}" font-size="12">{mark}Hatched: most deprived fifth of England. Numbers: stops.</text></svg>'
    )
    (IMAGES / name).write_text("\n".join(parts) + "\n", encoding="utf-8")
    return f"../images/{name}"


def _panel(worked: Worked, plan: Plan, shapes: dict[str, shapely.Geometry]) -> tuple[str, int]:
    """The drawing of one plan, and how high it is."""
    areas = worked.demand.areas
    to_site = {visit.area: visit.site for visit in plan.allocation}
    unit = {
        code: areas.units[number] for code, number in zip(areas.codes, areas.unit.tolist(), strict=True) if number >= 0 and code in shapes
    }
    west, south, east, north = shapely.total_bounds([shapes[code] for code in unit])
    scale = (WIDTH - 24) / (east - west)

    def place(x: float, y: float) -> tuple[float, float]:
        return 12 + (x - west) * scale, 12 + (north - y) * scale

    parts = []
    for number, site in enumerate(plan.sites):
        found = [shapes[code] for code, one in unit.items() if to_site[one] == site.id]
        look = f'fill="{COLOURS[number % 10]}" fill-opacity="0.75" stroke="#fff" stroke-width="1.5"'
        parts.append(f'<path d="{_path(found, place, 1 / scale)}" {look}/>')
    poor = [shapes[code] for code, decile in zip(areas.codes, areas.decile.tolist(), strict=True) if code in unit and decile <= 2]
    parts.append(f'<path d="{_path(poor, place, 1 / scale)}" fill="url(#poor)" fill-opacity="0.55"/>')
    grid = _grid(plan)
    for number, (easting, northing) in enumerate(grid, start=1):
        x, y = place(easting, northing)
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="#fff" stroke="#000" stroke-width="2"/>')
        parts.append(f'<text x="{x:.0f}" y="{y + 4:.0f}" font-size="11" font-weight="bold" text-anchor="middle">{number}</text>')
    return "".join(parts), round((north - south) * scale) + 24


def _grid(plan: Plan) -> list[tuple[float, float]]:
    from pyproj import Transformer

    to_grid = Transformer.from_crs(4326, 27700, always_xy=True)
    return [to_grid.transform(site.longitude, site.latitude) for site in plan.sites]


def _path(shapes: list[shapely.Geometry], place, pixel: float) -> str:  # noqa: ANN001
    """The union of shapes as the d of a path, to half a pixel."""
    whole = shapely.simplify(shapely.union_all([shapely.buffer(one, pixel) for one in shapes]), pixel / 2)
    rings = [ring for part in shapely.get_parts(whole) for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in ring.coords)) + "Z" for ring in rings)


def east(worked: Worked, plan: Plan) -> dict[str, float | None]:
    """What a plan does for the east of Haringey: need there, minutes of residents, and gain from low to high."""
    demand = worked.demand
    middle = demand.areas.average(demand.areas.points)
    units = np.flatnonzero(middle[:, 0] > EAST_OF)
    minutes = np.array([visit.minutes for visit in plan.allocation])
    people = demand.areas.gather(demand.areas.people)
    gain = demand.gain(minutes, units)
    return {
        "need": demand.told(units).value,
        "minutes": float(np.average(minutes[units], weights=people[units])),
        "low": gain.low,
        "high": gain.high,
        "residents": float(people[units].sum()),
    }


def table(worked: Worked, *, with_east: bool = True) -> list[str]:
    """Both plans beside each other."""
    rows: list[tuple[str, list[str]]] = []
    plans = (worked.alike, worked.fair)
    rows.append(("weighted minutes: gap to the bound", [f"{plan.gap:.3%}" for plan in plans]))
    rows.append(("minutes, all residents", [f"{plan.minutes['mean']:.1f}" for plan in plans]))
    rows.append(("minutes, most deprived fifth", [f"{plan.minutes['most_deprived']:.1f}" for plan in plans]))
    rows.append(("longest way of 95 in 100, minutes", [f"{plan.minutes['p95']:.1f}" for plan in plans]))
    rows.append(("more screened, all stops", [f"about {plan.gain.low:,.0f} to {plan.gain.high:,.0f}" for plan in plans]))
    if with_east:
        found = [east(worked, plan) for plan in plans]
        rows.append((f"need in the east of Haringey ({found[0]['residents']:,.0f} residents)", [f"{one['need']:,.0f}" for one in found]))
        rows.append(("minutes there", [f"{one['minutes']:.1f}" for one in found]))
        rows.append(("more screened there", [f"about {one['low']:,.0f} to {one['high']:,.0f}" for one in found]))
    rows.append(("at most this much worse for needs that might have been", [_share(plan.stability["regret_most"]) for plan in plans]))
    head = [f"| | everybody alike | the most deprived fifth counts {1 + EQUITY:g} times |", "|---|---|---|"]
    return [*head, *(f"| {name} | {' | '.join(values)} |" for name, values in rows)]


def _share(found: float | None) -> str:
    return "not known" if found is None else f"{found:.2%}"


def stops(plan: Plan) -> list[str]:
    """The stops of a plan as a table."""
    lines = ["| stop | place | need | more screened | weeks | minutes |", "|---|---|---|---|---|---|"]
    for number, site in enumerate(plan.sites, start=1):
        gain = f"{site.gain.low:,.0f} to {site.gain.high:,.0f}" if site.gain else "not told"
        need = f"{site.need:,.0f}" if site.need is not None else "not told"
        lines.append(f"| {number} | {site.name} | {need} | {gain} | {site.weeks} | {site.minutes_mean} |")
    return lines


def main() -> int:
    """Plan, draw and write."""
    releases = list_releases()
    synthetic = next((one.slug for one in releases if one.is_synthetic), None)
    real = next((one.slug for one in releases if not one.is_synthetic), None)
    if synthetic is None or real is None:
        print("a synthetic and a real release are needed", file=sys.stderr)
        return 1
    breast = work("Breast screening vans", "breast", synthetic, stops=6, vehicles=1, weeks=52)
    lung = work("Lung screening vans", "lung", synthetic, stops=4, vehicles=1, weeks=52, candidates={"kind": "search"})
    cervical = work("Cervical screening clinics", "cervical", real, stops=12, vehicles=28, weeks=52)
    lines = [
        "# Where to go: three plans worked to the end",
        "",
        "Made by `tools/evidence/worked_plans.py`; each can be asked for again with `plan_sites` ([plans](../reference/plans.md)).",
        f"Minutes are modelled drive, weighted by residents. The east of Haringey is all east of {EAST_OF:,} m on the national grid:",
        "Tottenham, Northumberland Park, Seven Sisters.",
        "",
    ]
    for worked, image, words in (
        (
            breast,
            "plan-breast.svg",
            "One van, six stops at practices. **Synthetic: made-up people in real neighbourhoods, who live in Haringey alone.**",
        ),
        (
            lung,
            "plan-lung.svg",
            "One van, four areas of search. **Synthetic, as above.** Need is published by MSOA, which are allotted as a whole.",
        ),
        (
            cervical,
            "plan-cervical.svg",
            "Twelve clinics at practices, 28 teams, **real data of December 2017**: who was not covered, modelled.",
        ),
    ):
        is_real = worked is cervical
        lines += [f"## {worked.title}", "", words, "", f"![{worked.title}: who goes to which stop]({draw(worked, image)})", ""]
        lines += [*table(worked, with_east=not is_real), "", "With everybody alike:", "", *stops(worked.alike), ""]
        lines += [f"- {note}" for note in worked.alike.notes[: 5 if is_real else 4]] + [""]
    FILE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
