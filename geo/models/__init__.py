"""The tables of the service: areas, sources, indicators, releases, observations, tiles. Record-level data never enter them."""

from geo.models.areas import Area, AreaAges, AreaLink, Deprivation, Geography, Outcode, Postcode, Site
from geo.models.catchments import Catchment
from geo.models.cells import Cell, CellSlice, CellWeight
from geo.models.findings import Detection, Estimate, Finding, FindingArea, Grain
from geo.models.indicators import Indicator, Period, Stratum
from geo.models.observations import Availability, Observation
from geo.models.plans import Plan
from geo.models.releases import AcceptedEdition, AreaBuild, ChainRun, Release, SourceLoad
from geo.models.tiles import Tile, Tileset, ValueFile
from geo.models.travel import TravelMatrix, TravelModel

__all__ = [
    "AcceptedEdition",
    "Area",
    "AreaAges",
    "AreaBuild",
    "AreaLink",
    "Availability",
    "Catchment",
    "Cell",
    "CellSlice",
    "CellWeight",
    "ChainRun",
    "Deprivation",
    "Detection",
    "Estimate",
    "Finding",
    "FindingArea",
    "Geography",
    "Grain",
    "Indicator",
    "Observation",
    "Outcode",
    "Period",
    "Plan",
    "Postcode",
    "Release",
    "Site",
    "SourceLoad",
    "Stratum",
    "Tile",
    "Tileset",
    "TravelMatrix",
    "TravelModel",
    "ValueFile",
]
