-- observations_page: observations of some slices (indicator, geography, period, stratum), each with its rank within England.
-- Arguments: release key; indicators, geographies, periods, strata, directions: arrays of one length, one element a slice
-- (direction -1: rank 1 is the highest value, 1: the lowest); parents, area: keys or null for all; limit (null: all), offset;
-- with_geometry: whether shapes are wanted, as GeoJSON text in degrees (EPSG:4326) from the published shape, or else the point.
-- Null value = see status and reason. Rank is null without a value, and where the error of a modelled value is unknown (reason 5).
-- The rank is taken over the whole slice before any area is left out. Rows in the order of the slices given, then in code order.
-- Called by geo.queries.observations; plan asserted in tests/plans/test_queries.py.
WITH slice AS (
    SELECT
        s.indicator_id,
        s.geography_id,
        s.period_id,
        s.stratum_id,
        s.direction,
        s.place
    FROM unnest(
        %(indicators)s::integer[], %(geographies)s::smallint[], %(periods)s::integer[], %(strata)s::smallint[], %(directions)s::smallint[]
    ) WITH ORDINALITY AS s (indicator_id, geography_id, period_id, stratum_id, direction, place)
),

ranked AS MATERIALIZED (
    SELECT
        s.place,
        o.area_id,
        o.numerator,
        o.denominator,
        o.value,
        o.lower,
        o.upper,
        o.coverage,
        o.status,
        o.basis,
        o.comparison,
        o.reason,
        o.is_reliable,
        CASE
            WHEN o.value IS NOT NULL AND o.reason <> 5
                THEN rank() OVER (PARTITION BY s.place, o.value IS NOT NULL AND o.reason <> 5 ORDER BY o.value * s.direction)
        END AS rank,
        count(*) FILTER (WHERE o.value IS NOT NULL AND o.reason <> 5) OVER (PARTITION BY s.place) AS rank_of
    FROM slice AS s
    INNER JOIN geo_observation AS o ON
        o.release_id = %(release)s
        AND s.indicator_id = o.indicator_id
        AND s.geography_id = o.geography_id
        AND s.period_id = o.period_id
        AND s.stratum_id = o.stratum_id
),

page AS MATERIALIZED (
    SELECT
        count(*) OVER () AS total,
        r.place,
        r.area_id,
        a.code,
        a.name,
        a.feature_id,
        r.numerator,
        r.denominator,
        r.value,
        r.lower,
        r.upper,
        r.coverage,
        r.status,
        r.basis,
        r.comparison,
        r.reason,
        r.is_reliable,
        r.rank,
        r.rank_of
    FROM ranked AS r
    INNER JOIN geo_area AS a ON r.area_id = a.id
    WHERE
        (%(area)s::integer IS NULL OR r.area_id = %(area)s)
        AND (
            %(parents)s::integer[] IS NULL
            OR r.area_id IN (
                SELECT l.child_id
                FROM geo_arealink AS l
                WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
            )
        )
    ORDER BY r.place, a.feature_id
    LIMIT %(limit)s OFFSET %(offset)s
)

SELECT
    p.total,
    p.place,
    p.code,
    p.name,
    p.numerator,
    p.denominator,
    p.value,
    p.lower,
    p.upper,
    p.coverage,
    p.status,
    p.basis,
    p.comparison,
    p.reason,
    p.is_reliable,
    p.rank,
    p.rank_of,
    CASE
        WHEN %(with_geometry)s THEN (
            SELECT ST_AsGeoJSON(coalesce(ST_Transform(g.geometry_3857, 4326), ST_Transform(g.centroid_27700, 4326)), 6)
            FROM geo_area AS g
            WHERE g.id = p.area_id
        )
    END AS geometry
FROM page AS p
ORDER BY p.place, p.feature_id
