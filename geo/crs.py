"""The three coordinate reference systems of this house, by EPSG number."""

BRITISH_NATIONAL_GRID = 27700  # metres; area, distance
WGS84 = 4326  # degrees; what files and the API exchange
WEB_MERCATOR = 3857  # metres stretched by latitude; tiles only
