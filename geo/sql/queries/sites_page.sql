-- sites_page: places such as schools and hospitals, each row with the number of all that match.
-- Arguments: kind, parents (keys of areas) or null for any; west, south, east, north in degrees (EPSG:4326) or nulls; limit (null: all), offset.
-- Geometry: points in EPSG:3857, indexed; the box is projected, never the points, but for the answer. Rows by kind, then publisher's order.
-- Called by geo.queries.sites.
SELECT
    count(*) OVER () AS total,
    s.kind,
    s.code,
    s.name,
    s.detail,
    a.code AS lsoa21_code,
    ST_X(ST_Transform(s.point_3857, 4326)) AS longitude,
    ST_Y(ST_Transform(s.point_3857, 4326)) AS latitude
FROM geo_site AS s
LEFT JOIN geo_area AS a ON s.lsoa21_id = a.id
WHERE
    (%(kind)s::text IS NULL OR s.kind = %(kind)s)
    AND (
        %(parents)s::integer[] IS NULL
        OR s.lsoa21_id = ANY(%(parents)s)
        OR s.lsoa21_id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
    )
    AND (
        %(west)s::float IS NULL
        OR s.point_3857 && ST_Transform(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)
    )
ORDER BY s.kind, s.feature_id
LIMIT %(limit)s OFFSET %(offset)s
