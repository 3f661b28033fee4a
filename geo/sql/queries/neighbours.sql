-- neighbours: areas of the same geography whose published shapes touch or overlap that of one area.
-- Arguments: area key. Geometry: EPSG:27700 as published (generalised by its publisher); one metre of tolerance closes hairline gaps.
-- Rows in code order. Called by geo.queries.areas.
SELECT b.id
FROM geo_area AS a
INNER JOIN geo_area AS b ON
    a.geography_id = b.geography_id
    AND a.id <> b.id
    AND ST_DWithin(a.geometry_27700, b.geometry_27700, 1)
WHERE a.id = %(area)s
ORDER BY b.feature_id
