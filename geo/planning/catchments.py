"""Catchments: which neighbourhoods a drawn shape means, what is gained and lost by taking whole ones, and the shape they make.

A neighbourhood belongs to a catchment where most of its people live inside the shape, people being where its postcodes are; without any
postcode where its population-weighted middle lies inside. Everything after this is about the set of neighbourhoods, not the drawn line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import UnfitCatchment
from geo.geography.boundaries import dissolve
from geo.planning.problems import Floats, Indices

_M2_IN_KM2 = 1e6


@dataclass(frozen=True)
class Change:
    """People (a part of a neighbourhood's people by its postcodes, so not whole) and square kilometres."""

    people: float
    km2: float


@dataclass(frozen=True)
class Snapped:
    """Neighbourhoods of a shape, ascending positions. gained: outside the shape and taken along; lost: inside and left out."""

    atoms: Indices
    gained: Change
    lost: Change


NOTHING_CHANGED = (Change(0.0, 0.0), Change(0.0, 0.0))


@dataclass(eq=False)
class Ground:
    """Neighbourhoods of one vintage. All arrays have one entry a neighbourhood, in code order; EPSG:27700, metres.

    shapes: polygons, None without one. people: residents. middles: population-weighted, shape (n, 2). points: places of live postcodes,
    shape (postcodes, 2), neighbourhood after neighbourhood; starts: where each one's begin, shape (n + 1,). districts: which of the wider
    areas each lies in, -1 for none; only for making outlines quickly.
    """

    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    shapes: NDArray[np.object_]
    people: Floats
    middles: Floats
    points: NDArray[np.int32]
    starts: Indices
    districts: Indices
    km2: Floats = field(init=False)
    _tree: shapely.STRtree = field(init=False)
    _whole: dict[int, BaseGeometry] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.km2 = np.nan_to_num(shapely.area(self.shapes)) / _M2_IN_KM2
        self._tree = shapely.STRtree(self.shapes)

    def snap(self, shape: BaseGeometry) -> Snapped:
        """The neighbourhoods of a valid shape. Raises UnfitCatchment where it touches none, or holds most people of none."""
        shapely.prepare(shape)
        touched = np.sort(self._tree.query(shape, predicate="intersects"))
        if not len(touched):
            raise UnfitCatchment("The shape lies outside England.", parameter="shape", valid=("a shape in England",))
        share = np.ones(len(touched))
        is_cut = ~shapely.covers(shape, self.shapes[touched])
        share[is_cut] = self._share_inside(shape, touched[is_cut])
        is_in = share > 0.5
        people = self.people[touched]
        if not is_in.any():
            inside = float((people * share).sum())
            message = f"No neighbourhood has most of its people inside this shape; about {inside:,.0f} people live in it. Draw a wider one."
            raise UnfitCatchment(message, parameter="shape", valid=("a shape that holds most people of a neighbourhood",))
        cut = np.zeros(len(touched))
        cut[is_cut] = shapely.area(shapely.intersection(self.shapes[touched[is_cut]], shape)) / _M2_IN_KM2
        km2 = self.km2[touched]
        outside = np.where(is_cut, km2 - cut, 0.0)
        gained = Change(float((people * (1 - share))[is_in].sum()), float(outside[is_in].sum()))
        lost = Change(float((people * share)[~is_in].sum()), float(cut[~is_in].sum()))
        return Snapped(touched[is_in], gained, lost)

    def _share_inside(self, shape: BaseGeometry, atoms: Indices) -> Floats:
        """Share of the postcodes of each neighbourhood inside a prepared shape; 1 or 0 by its middle where it has none."""
        size = self.starts[atoms + 1] - self.starts[atoms]
        owner = np.repeat(np.arange(len(atoms)), size)
        at = (
            np.repeat(self.starts[atoms] - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(len(owner))
            if len(atoms)
            else owner
        )
        points = self.points[at].astype(np.float64)
        inside = np.bincount(owner, weights=shapely.contains_xy(shape, points), minlength=len(atoms))
        middle = shapely.contains_xy(shape, self.middles[atoms])
        return np.where(size > 0, inside / np.maximum(size, 1), middle.astype(np.float64))

    def outline(self, atoms: Indices) -> BaseGeometry:
        """The shape that neighbourhoods make together. A district that is taken whole is joined once and kept."""
        parts: list[BaseGeometry] = []
        for district in np.unique(self.districts[atoms]):
            mine = atoms[self.districts[atoms] == district]
            is_whole = district >= 0 and len(mine) == np.count_nonzero(self.districts == district)
            if not is_whole:
                parts += [shape for shape in self.shapes[mine] if shape is not None]
            else:
                if district not in self._whole:
                    self._whole[int(district)] = _joined(self.shapes[mine])
                parts.append(self._whole[int(district)])
        return _joined(np.array(parts, dtype=object))

    def find(self, codes: Sequence[str]) -> Indices:
        """Ascending positions of codes, each once. Raises UnfitCatchment naming those that are none."""
        wanted = np.unique(np.array(list(codes), dtype=object).astype(str))
        known = self.codes.astype(str)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        if len(unknown := wanted[known[at] != wanted]):
            raise UnfitCatchment(
                f"{len(unknown)} of the codes are no neighbourhoods of this vintage.",
                parameter="areas",
                found=", ".join(unknown[:5]),
                valid=(str(known[0]), "codes of one vintage"),
            )
        return at.astype(np.intp)


def _joined(shapes: NDArray[np.object_]) -> BaseGeometry:
    found = dissolve(shapes, ["one"] * len(shapes)).shapes
    return found[0] if len(found) else shapely.MultiPolygon()
