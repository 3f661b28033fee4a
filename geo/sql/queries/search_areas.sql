-- search_areas: areas whose name or code fits what somebody typed, best first.
-- Arguments: exact (the text); prefix, word, middle (ILIKE patterns); code (capitals); order (geographies, most wanted first); named (geographies whose other names are searched),
-- (cont.) coded (those whose ODS codes are), limit.
-- standing: 1 code, 2 whole name, 3 beginning of the name, 4 beginning of a word, 5 anywhere. Larger areas come first, then newer ones.
-- The name is found by its trigram index; other names and ODS codes only in the small sets that have them.
-- Called by geo.queries.search; plan asserted in tests/plans/test_queries.py.
WITH candidate AS (
    SELECT
        a.id,
        1 AS standing
    FROM geo_area AS a
    WHERE a.code = %(code)s AND a.feature_id > 0
    UNION ALL
    SELECT
        a.id,
        1 AS standing
    FROM geo_area AS a
    WHERE a.geography_id = ANY(%(coded)s) AND a.ods_code = %(code)s AND a.feature_id > 0
    UNION ALL
    SELECT
        a.id,
        CASE
            WHEN lower(a.name) = lower(%(exact)s) THEN 2
            WHEN a.name ILIKE %(prefix)s THEN 3
            WHEN a.name ILIKE %(word)s THEN 4
            ELSE 5
        END AS standing
    FROM geo_area AS a
    WHERE a.name ILIKE %(middle)s AND a.feature_id > 0
    UNION ALL
    SELECT
        a.id,
        CASE
            WHEN lower(a.other_name) = lower(%(exact)s) THEN 2
            WHEN a.other_name ILIKE %(prefix)s THEN 3
            ELSE 5
        END AS standing
    FROM geo_area AS a
    WHERE a.geography_id = ANY(%(named)s) AND a.other_name ILIKE %(middle)s AND a.feature_id > 0
),

best AS (
    SELECT
        c.id,
        min(c.standing) AS standing
    FROM candidate AS c
    GROUP BY c.id
),

-- A code that lives in several vintages or types is one hit: the most wanted of them.
once AS (
    SELECT DISTINCT ON (a.code)
        b.standing,
        array_position(%(order)s::smallint[], a.geography_id) AS wanted,
        a.id,
        a.geography_id,
        a.code,
        a.name
    FROM best AS b
    INNER JOIN geo_area AS a ON b.id = a.id
    ORDER BY a.code, wanted
)

SELECT
    o.standing,
    o.geography_id,
    o.code,
    o.name,
    a.other_name,
    ST_X(ST_Transform(a.centroid_27700, 4326)) AS longitude,
    ST_Y(ST_Transform(a.centroid_27700, 4326)) AS latitude
FROM once AS o
INNER JOIN geo_area AS a ON o.id = a.id
ORDER BY o.standing, o.wanted, o.name, o.code
LIMIT %(limit)s
