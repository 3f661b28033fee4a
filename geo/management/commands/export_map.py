"""Write a map as one file of HTML that needs nothing else."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError, InputError, RefusedClaim
from geo.maps.areas import View
from geo.maps.deck import to_html
from geo.maps.estimates import SHOW_TITLES
from geo.maps.looks import BENCHMARKS
from geo.maps.scenes import Scene
from geo.maps.scenes_cells import scene_of_cells
from geo.maps.scenes_figures import scene_of_areas
from geo.maps.scenes_places import scene_of_catchment, scene_of_plan
from geo.planning.plans import read_plan
from geo.queries.catalogue import ReleaseInfo, get_indicator, get_release
from geo.queries.catchment_saved import get_saved, get_whole
from geo.queries.catchments import preview_catchment
from geo.queries.cells import RESOLUTIONS, CellQuestion
from geo.queries.observations import Question
from geo.queries.plans import get_plan


class Command(BaseCommand):
    """`export_map`."""

    help = (
        "Write a map as one file of HTML that asks no other host for anything: an indicator by areas (its values, against a"
        " benchmark or deprivation, or what the engine thinks of them), a surface of H3 cells, a catchment or a plan."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is drawn, of which release, and where it is written."""
        drawn = parser.add_mutually_exclusive_group(required=True)
        drawn.add_argument("--indicator", help="slug of an indicator")
        drawn.add_argument("--catchment", help="id of a saved catchment, or a GeoJSON file with a shape")
        drawn.add_argument("--plan", help="id of a plan, or the file that plan_sites wrote")
        parser.add_argument("--out", type=Path, required=True, help="file that is written")
        parser.add_argument("--release", help="id of a release; the current one where left out")
        parser.add_argument("--area-type", default="lsoa", help="with --indicator: lsoa, msoa, lad, icb …")
        parser.add_argument("--vintage", type=int, help="with --indicator: year of the boundaries; the newest where left out")
        parser.add_argument("--period", help="with --indicator: the latest where left out")
        parser.add_argument("--stratum", help="with --indicator: a part of the people; everybody where left out")
        parser.add_argument("--within", help="with --indicator: code of a district or system to stay within")
        parser.add_argument("--show", default="value", choices=SHOW_TITLES, help="with --indicator: what the engine thinks of the areas")
        parser.add_argument("--benchmark", default="none", choices=BENCHMARKS, help="with --indicator: classes around it")
        parser.add_argument("--two-way", action="store_true", help="with --indicator: against deprivation")
        parser.add_argument("--core20", action="store_true", help="with --indicator: the most deprived 20 % outlined, the rest recedes")
        parser.add_argument("--cells", nargs="?", const="adaptive", choices=RESOLUTIONS, help="with --indicator: as H3 cells, extruded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, write, and say what was written."""
        try:
            scene = _scene(options)
            page = to_html(scene)
            options["out"].write_text(page, encoding="utf-8")
        except InputError as error:
            raise CommandError(_told(error)) from error
        except (HiidError, OSError) as error:
            raise CommandError(str(error)) from error
        mark = " (synthetic)" if scene.is_synthetic else ""
        size = len(page.encode()) / 1e6
        self.stdout.write(f"{options['out']}: {scene.title}{mark}, release {scene.release}, {size:.1f} MB. {scene.summary}")


def _scene(options: dict[str, Any]) -> Scene:
    if options["plan"]:
        return _plan(options["plan"])
    release = get_release(options["release"])
    if options["catchment"]:
        return _catchment(options["catchment"], release)
    indicator = get_indicator(options["indicator"], release)
    view = View(options["show"], options["benchmark"], options["two_way"], options["core20"])
    if options["cells"]:
        _refuse_hexagons(view)
        asked = CellQuestion(options["period"], options["stratum"], options["cells"], options["within"])
        return scene_of_cells(release, indicator, asked)
    question = Question(
        area_type=options["area_type"],
        vintage=options["vintage"],
        period=options["period"],
        stratum=options["stratum"],
        within=options["within"],
    )
    return scene_of_areas(release, indicator, question, view)


def _refuse_hexagons(view: View) -> None:
    """Hexagons are drawn by their values alone, as on the pages."""
    if view.show != "value":
        raise RefusedClaim("modelled", "Figures of hexagons are modelled and their error is not known: estimates are made of areas.")
    if view.is_two_way or view.is_core20:
        raise InputError("Hexagons have no decile of deprivation.", parameter="deprivation", found="cells")
    if view.benchmark != "none":
        raise InputError("Hexagons are drawn by their values alone.", parameter="benchmark", found=view.benchmark, valid=("none",))


def _plan(named: str) -> Scene:
    """A plan's file where there is one of this name, or else a plan that is kept."""
    if Path(named).is_file():
        return scene_of_plan(read_plan(Path(named).read_bytes()).to_json(), key=Path(named).name)
    kept = get_plan(named)
    if kept.plan is None:
        raise InputError("The plan is not made.", parameter="plan", found=kept.status, valid=("done",))
    return scene_of_plan(kept.plan, key=named)


def _catchment(named: str, release: ReleaseInfo) -> Scene:
    """A shape's file where there is one of this name, or else a catchment that was saved."""
    if not Path(named).is_file():
        saved = get_saved(named, parameter="catchment")
        return scene_of_catchment(get_whole(saved, release), release, name=saved.name)
    try:
        shape = json.loads(Path(named).read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError("The file is no GeoJSON.", parameter="catchment", found=str(error), valid=("a GeoJSON geometry",)) from error
    return scene_of_catchment(preview_catchment({"shape": shape}, release), release, name=Path(named).stem)


def _told(error: InputError) -> str:
    """The error with its place, what was found and what would be right."""
    parts = [str(error)]
    if error.parameter:
        parts.append(f"{error.parameter}: found {error.found or 'nothing'}.")
    if error.valid:
        parts.append(f"Valid: {', '.join(error.valid[:12])}{' …' if len(error.valid) > 12 else ''}.")
    return " ".join(parts)
