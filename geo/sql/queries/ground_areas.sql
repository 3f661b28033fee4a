-- ground_areas: areas of one set, for catchments.
-- Arguments: geography key; with_shapes: whether shapes are wanted.
-- Geometry: EPSG:27700 as well-known binary, as published; the weighted middle in the same. Rows by feature id.
-- Called by geo.queries.ground, once for each process and build of areas.
SELECT
    a.id,
    a.code,
    a.name,
    a.feature_id,
    a.population,
    CASE WHEN %(with_shapes)s THEN ST_AsBinary(a.geometry_27700) END AS shape,
    ST_X(a.centroid_27700) AS easting,
    ST_Y(a.centroid_27700) AS northing
FROM geo_area AS a
WHERE a.geography_id = %(geography)s AND a.feature_id > 0
ORDER BY a.feature_id
