-- areas_page: one page of areas, each row with the number of all that match; one row of nulls beside that number when the page is empty.
-- Arguments: geographies, area ids, parents: arrays of keys or null for any; pattern: an ILIKE pattern or null, looked for in names;
-- code: how a code may begin; named, coded: the geographies that have other names and ODS codes; limit (null: all), offset.
-- An area that is in no source any more (its number is below 0) is given only when asked for by id.
-- Geometry: weighted centroid as degrees (EPSG:4326).
-- Rows in geography and code order. Called by geo.queries.areas; plan asserted in tests/plans/test_queries.py.
WITH matching AS MATERIALIZED (
    SELECT
        a.id,
        a.geography_id,
        a.feature_id
    FROM geo_area AS a
    WHERE
        (a.feature_id > 0 OR %(ids)s::integer[] IS NOT NULL)
        AND (%(geographies)s::smallint[] IS NULL OR a.geography_id = ANY(%(geographies)s))
        AND (%(ids)s::integer[] IS NULL OR a.id = ANY(%(ids)s))
        AND (
            %(parents)s::integer[] IS NULL
            OR a.id IN (
                SELECT l.child_id
                FROM geo_arealink AS l
                WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
            )
        )
        AND (
            %(pattern)s::text IS NULL
            OR a.name ILIKE %(pattern)s
            OR (a.code >= %(code)s AND a.code < %(code)s || '~')
            OR (a.geography_id = ANY(%(named)s) AND a.other_name ILIKE %(pattern)s)
            OR (a.geography_id = ANY(%(coded)s) AND a.ods_code ILIKE %(pattern)s)
        )
),

page AS (
    SELECT
        m.id,
        m.geography_id,
        m.feature_id
    FROM matching AS m
    ORDER BY m.geography_id, m.feature_id
    LIMIT %(limit)s OFFSET %(offset)s
)

SELECT
    total.areas AS total,
    a.id,
    a.geography_id,
    a.code,
    a.name,
    a.other_name,
    a.ods_code,
    a.feature_id,
    a.population,
    a.population_year,
    a.valid_from,
    a.valid_to,
    ST_X(ST_Transform(a.centroid_27700, 4326)) AS longitude,
    ST_Y(ST_Transform(a.centroid_27700, 4326)) AS latitude
FROM (SELECT count(*) AS areas FROM matching) AS total
LEFT JOIN page ON true
LEFT JOIN geo_area AS a ON page.id = a.id
ORDER BY page.geography_id, page.feature_id
