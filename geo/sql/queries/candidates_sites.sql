-- candidates_sites: places of one kind in an area.
-- Arguments: parents, keys of the area in its vintages; kind, as the table of sites names it.
-- Geometry: points in EPSG:3857; an area holds a place where the place's neighbourhood lies in it. Rows in the publisher's order.
-- Called by geo.queries.candidates.
SELECT
    s.code,
    s.name,
    NULL::integer AS people,
    ST_X(ST_Transform(s.point_3857, 27700)) AS easting,
    ST_Y(ST_Transform(s.point_3857, 27700)) AS northing,
    ST_X(ST_Transform(s.point_3857, 4326)) AS longitude,
    ST_Y(ST_Transform(s.point_3857, 4326)) AS latitude
FROM geo_site AS s
WHERE
    s.kind = %(kind)s
    AND s.point_3857 IS NOT NULL
    AND s.lsoa21_id IN (
        SELECT l.child_id
        FROM geo_arealink AS l
        WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
    )
ORDER BY s.feature_id
