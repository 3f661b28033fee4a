"""Polygons of a KML file. An XML parser that takes no document type, and so no entities, reads nothing but coordinates of polygons."""

from xml.parsers import expat

import numpy as np

from geo.planning.shapes import MOST_CORNERS, Outlines, invalid, read_ring, refuse_many

_DEEPEST = 100


def read_kml(content: bytes) -> Outlines:
    """Rings of all polygons, degrees (EPSG:4326, longitude first). Raises InvalidShape with the line at fault."""
    if b"\0" in content:
        raise invalid("The file holds the byte 0.", "file", "another encoding than UTF-8", "XML in UTF-8")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise invalid(
            "The XML is not well formed.", f"file, line {error.lineno}", expat.ErrorString(error.code), "well-formed XML"
        ) from error
    if not reader.is_kml:
        raise invalid("This is XML and no KML.", "file", reader.root[:60], "a kml element")
    return reader.outlines


class _Reader:
    """What the parser tells, collected. Raises InvalidShape from within."""

    def __init__(self) -> None:
        self.outlines = Outlines()
        self.root = ""
        self._open: list[str] = []
        self._text: list[str] = []
        self._rings: list[object] = []
        self._is_hole = False
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    @property
    def is_kml(self) -> bool:
        """Whether the outermost element is a KML's."""
        return self.root == "kml"

    @property
    def _place(self) -> str:
        return f"file, line {self.parser.CurrentLineNumber}"

    def _refuse_doctype(self, name: str, *_: object) -> None:
        raise invalid(
            "The file declares a document type, which could hold entities.", self._place, f"<!DOCTYPE {name[:40]}", "KML without one"
        )

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        self._open.append(name)
        if len(self._open) > _DEEPEST:
            raise invalid("Elements lie in elements too deeply.", self._place, f"depth {len(self._open)}", f"at most {_DEEPEST}")
        if name == "Polygon":
            self._rings = []
        elif name in ("outerBoundaryIs", "innerBoundaryIs"):
            self._is_hole = name == "innerBoundaryIs"
        elif name == "coordinates":
            self._text = []

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1] == "coordinates":
            self._text.append(text)

    def _end(self, _: str) -> None:
        name = self._open.pop()
        if name == "coordinates":
            self._add_ring()
        elif name == "Polygon" and self._rings:
            self.outlines.polygons.append(self._rings)  # type: ignore[arg-type]
            self.outlines.places.append(self._place)
            self._rings = []
            refuse_many(self.outlines, self._place)

    def _add_ring(self) -> None:
        """The ring, where it is of a polygon; points and lines are noted."""
        place = self._place
        if "Polygon" not in self._open:
            self.outlines.left_out.append(f"{self._open[-1] if self._open else 'coordinates'} at {place}")
            return
        corners = "".join(self._text).split()
        if len(corners) > MOST_CORNERS + 1:
            raise invalid(f"The ring has more than {MOST_CORNERS:,} corners.", place, f"{len(corners):,}", f"at most {MOST_CORNERS:,}")
        try:
            points = np.array([[float(number) for number in corner.split(",")[:2]] for corner in corners], dtype=np.float64)
        except ValueError:
            points = np.empty(0)
        if points.ndim != 2 or points.shape[1] != 2:
            raise invalid("Coordinates are wanted here.", place, " ".join(corners)[:60], "longitude,latitude with spaces between corners")
        # Writers of KML add a height of 0 to everything.
        if any(corner.rpartition(",")[2].strip("0.") for corner in corners if corner.count(",") > 1):
            self.outlines.told["Heights and measures of corners were left out."] = None
        ring = read_ring(points, place, self.outlines.told)
        if self._is_hole:
            self._rings.append(ring)
        else:
            self._rings.insert(0, ring)
