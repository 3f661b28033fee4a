-- plan_systems: areas that a plan can be made for: systems and districts of which a release tells who needs a programme.
-- Arguments: release, indicators (keys of those that tell need), districts (the set of districts), geographies (sets to choose from).
-- Geometry: west, south, east, north in degrees (EPSG:4326); nulls without a shape. Of a code in several vintages the newest.
-- share: of its neighbourhoods (set `neighbourhoods`) that lie in a district with a figure. Rows by type, then name. Called by geo.queries.plan_choices.
WITH known AS (
    SELECT DISTINCT l.child_id
    FROM geo_arealink AS l
    WHERE
        l.kind IN ('within', 'best_fit')
        AND l.parent_id IN (
            SELECT o.area_id
            FROM geo_observation AS o
            WHERE o.release_id = %(release)s AND o.indicator_id = ANY(%(indicators)s) AND o.geography_id = %(districts)s
        )
),

newest AS (
    SELECT DISTINCT ON (a.code)
        a.id,
        a.code,
        a.name,
        a.vintage,
        a.geography_id,
        a.geometry_3857
    FROM geo_area AS a
    WHERE a.geography_id = ANY(%(geographies)s)
    ORDER BY a.code, a.vintage DESC
)

SELECT
    n.code,
    n.name,
    n.vintage,
    n.geography_id,
    m.share,
    ST_XMin(b.corners) AS west,
    ST_YMin(b.corners) AS south,
    ST_XMax(b.corners) AS east,
    ST_YMax(b.corners) AS north
FROM newest AS n
CROSS JOIN LATERAL (
    SELECT count(k.child_id)::float / nullif(count(*), 0) AS share
    FROM geo_arealink AS l
    INNER JOIN geo_area AS c ON l.child_id = c.id
    LEFT JOIN known AS k ON l.child_id = k.child_id
    WHERE l.parent_id = n.id AND l.kind IN ('within', 'best_fit') AND c.geography_id = %(neighbourhoods)s
) AS m
CROSS JOIN LATERAL (SELECT ST_Transform(ST_Envelope(n.geometry_3857), 4326) AS corners) AS b
WHERE m.share > 0
ORDER BY (n.geography_id = %(districts)s), n.name, n.code
