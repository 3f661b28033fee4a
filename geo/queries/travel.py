"""Ways to minutes that a plan or a map may ask for, by name: the fitted model, tables that were sent, ways in the database, an engine."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q

from geo.codes import GEOGRAPHIES
from geo.errors import InputError, UnknownMatrix
from geo.models import Area, TravelMatrix, TravelModel
from geo.planning.travel import Error, Floats, Matrix, Points, TravelTimes
from geo.planning.travel_model import Density, ModelledDrive
from geo.queries.holdings import get_area_stamp
from geo.queries.reading import read
from geo.queries.travel_engines import configured_engine, refuse_engine
from geo.queries.travel_ways import find_ways

MODELLED, WAYS, ENGINE, MATRIX = "modelled_drive", "ways", "engine", "matrix:"
PROVIDERS = (MODELLED, WAYS, ENGINE, f"{MATRIX}<digest>")
_NO_MODEL = "No model was fitted here: the measured road minutes are not loaded (source travel-times)."
_NO_WAYS = "There are no ways in the database here: a site loads them (docs/how-to/travel-times.md)."


@dataclass(frozen=True)
class ProviderInfo:
    """One way to minutes. mode: what one travels by; refused: why it cannot be had here, None where it can."""

    provider: str
    title: str
    words: str
    mode: str | None
    refused: str | None


@dataclass(frozen=True)
class Origins:
    """Areas that people set out from. codes, names: by feature id; points: EPSG:27700, shape (n, 2); people: residents."""

    geography: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    points: Points
    people: Floats


def get_provider(name: str) -> TravelTimes:
    """The way to minutes of this name. Raises InputError for one that there is not, or that is not to be had here, saying why."""
    if name.startswith(MATRIX):
        return _matrix(get_matrix(name))
    found = {MODELLED: _modelled_drive, WAYS: find_ways, ENGINE: configured_engine}.get(name)
    if found is None:
        raise InputError("There is no such way to minutes.", parameter="provider", found=name, valid=PROVIDERS)
    provider: TravelTimes | None = found()
    if provider is None:
        refused = {one.provider: one.refused for one in list_providers()}
        raise InputError(
            refused[name] or "", parameter="provider", found=name, valid=tuple(one for one, words in refused.items() if not words)
        )
    return provider


def list_providers() -> list[ProviderInfo]:
    """The ways to minutes, those that cannot be had here with the reason."""
    model, no_engine = TravelModel.objects.order_by("-id").only("mode", "error").first(), refuse_engine()
    engine, ways = None if no_engine else configured_engine(), find_ways()
    off = f" Off by {model.error['mean_absolute']:.1f} minutes on average, on trips of an hour or less." if model else ""
    told = [
        (MODELLED, "Modelled drive", f"A model fitted to measured road minutes, not to roads.{off}", model, _NO_MODEL),
        (WAYS, "Roads in the database", "Quickest ways over the roads that this site loaded.", ways, _NO_WAYS),
        (ENGINE, "This site's engine", "Minutes as the site's own engine for routes answers.", engine, no_engine),
    ]
    kept = TravelMatrix.objects.filter(owner="").order_by("name").only("digest", "name", "mode", "source")
    return [
        *(
            ProviderInfo(name, title, words, found.mode if found else None, None if found else refused)
            for name, title, words, found, refused in told
        ),
        *(ProviderInfo(f"{MATRIX}{one.digest}", one.name, f"Measured: {one.source}.", one.mode, None) for one in kept),
    ]


def providers_stamp() -> tuple[Any, ...]:
    """What the list of ways to minutes rests on."""
    return (
        TravelModel.objects.order_by("-id").values_list("id", flat=True).first(),
        TravelMatrix.objects.filter(owner="").order_by("-made_at").values_list("id", flat=True).first(),
        find_ways() is not None,
        refuse_engine(),
        settings.TRAVEL_ENGINE_URL,
    )


def get_matrix(name: str) -> TravelMatrix:
    """The table of minutes of a provider's name, for whoever has it: by digest, whoever keeps the table, or by id. Raises UnknownMatrix."""
    return _kept(name, "digest", "minutes", "points", "origins", "destinations", "geography", "mode", "source")


def name_provider(name: str) -> str:
    """The name by which a plan remembers its way to minutes: of a table its digest, so that a replay finds the very table.

    Raises UnknownMatrix for a table that is not kept here; other names are as they are, and checked when minutes are asked for.
    """
    return f"{MATRIX}{_kept(name, 'digest').digest}" if name.startswith(MATRIX) else name


def _kept(name: str, *fields: str) -> TravelMatrix:
    key = name.removeprefix(MATRIX)
    found = TravelMatrix.objects.filter(Q(digest=key) | Q(id=key)).order_by("made_at", "id").only(*fields).first()
    if found is None:
        message = (
            "No table of minutes with this digest or id is kept here (any more). Send the same file again, with the same mode and source"
            " as the plan names, and the same digest comes out."
        )
        raise UnknownMatrix(message, parameter="provider", found=name, valid=PROVIDERS)
    return found


def origins_of(name: str) -> Origins:
    """The areas that a way to minutes knows as origins: those of its table, else all LSOAs of 2021."""
    if not name.startswith(MATRIX):
        return get_origins("lsoa21")
    table = get_matrix(name)
    known = get_origins(table.geography)
    at = {code: number for number, code in enumerate(known.codes)}
    there = [at[code] for code in table.origins if code in at]
    codes, names = (tuple(part[number] for number in there) for part in (known.codes, known.names))
    return Origins(table.geography, codes, names, known.points[there], known.people[there])


def get_origins(geography: str) -> Origins:
    """All areas of a set that have a middle, by feature id; read once for each process and build of areas."""
    return _origins(geography, areas_stamp())


def areas_stamp() -> tuple[int, int]:
    """What areas rest on: when they were made, and the newest of them."""
    return get_area_stamp(), Area.objects.order_by("-id").values_list("id", flat=True).first() or 0


@lru_cache(maxsize=4)
def _origins(geography: str, stamp: tuple[int, int]) -> Origins:
    rows = read("queries/ground_areas", {"geography": GEOGRAPHIES[geography].id, "with_shapes": False}, time_limit_ms=20_000)
    rows = [row for row in rows if row["easting"] is not None]
    return Origins(
        geography,
        tuple(row["code"] for row in rows),
        tuple(row["name"] for row in rows),
        np.array([(row["easting"], row["northing"]) for row in rows], dtype=np.float64).reshape(-1, 2),
        np.array([row["population"] or 0 for row in rows], dtype=np.float64),
    )


def _modelled_drive() -> ModelledDrive | None:
    newest = TravelModel.objects.order_by("-id").values_list("id", flat=True).first()
    return None if newest is None else _model(newest, areas_stamp())


@lru_cache(maxsize=2)
def _model(key: int, stamp: tuple[int, int]) -> ModelledDrive:
    row = TravelModel.objects.get(id=key)
    origins = get_origins("lsoa21")
    kept = np.frombuffer(bytes(row.densities), dtype="<f4").astype(np.float64)
    density = Density(origins.points, origins.people, kept if len(kept) == len(origins.points) else None)
    return ModelledDrive(np.array(row.weights), row.beyond, density, Error(**row.error), row.source, row.mode)


def _matrix(table: TravelMatrix) -> Matrix:
    origins = get_origins(table.geography)
    at = {code: number for number, code in enumerate(origins.codes)}
    minutes = np.frombuffer(bytes(table.minutes), dtype="<f4").astype(np.float64).reshape(len(table.origins), len(table.destinations))
    there = [number for number, code in enumerate(table.origins) if code in at]
    points = origins.points[[at[table.origins[number]] for number in there]]
    names = (tuple(table.origins[number] for number in there), tuple(table.destinations))
    return Matrix(points, np.array(table.points, dtype=np.float64).reshape(-1, 2), minutes[there], table.mode, table.source, *names)
