-- candidates_practices: practices with a place in an area, that are open.
-- Arguments: parents, keys of the area in its vintages; practices, the set of practices (geo.codes).
-- Geometry: the practice's point lies in the area's published shape (EPSG:27700, indexed); without a shape the commissioner decides.
-- Rows by code. Called by geo.queries.candidates.
SELECT
    p.code,
    p.name,
    p.population AS people,
    ST_X(p.centroid_27700) AS easting,
    ST_Y(p.centroid_27700) AS northing,
    ST_X(ST_Transform(p.centroid_27700, 4326)) AS longitude,
    ST_Y(ST_Transform(p.centroid_27700, 4326)) AS latitude
FROM geo_area AS p
WHERE
    p.geography_id = %(practices)s
    AND p.valid_to IS NULL
    AND p.population > 0
    AND p.centroid_27700 IS NOT NULL
    AND EXISTS (
        SELECT 1
        FROM geo_area AS a
        WHERE
            a.id = ANY(%(parents)s)
            AND (
                ST_Covers(a.geometry_27700, p.centroid_27700)
                OR (
                    a.geometry_27700 IS NULL
                    AND EXISTS (SELECT 1 FROM geo_arealink AS l WHERE l.child_id = p.id AND l.parent_id = a.id AND l.kind = 'within')
                )
            )
    )
ORDER BY p.code
