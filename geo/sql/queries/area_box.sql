-- area_box: the extent of one area's shape in degrees (EPSG:4326); nulls where it has no shape.
-- Arguments: area key. The corners are made from the Web Mercator shape, whose sides run along meridians and parallels.
-- Called by geo.queries.areas.
SELECT
    ST_XMin(box.corners) AS west,
    ST_YMin(box.corners) AS south,
    ST_XMax(box.corners) AS east,
    ST_YMax(box.corners) AS north
FROM geo_area AS a
CROSS JOIN LATERAL (SELECT ST_Transform(ST_Envelope(a.geometry_3857), 4326) AS corners) AS box
WHERE a.id = %(area)s
