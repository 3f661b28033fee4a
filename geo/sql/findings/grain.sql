-- grain: for each indicator, stratum and geography of a release, its newest period: areas of each system and how many are reliable.
-- Arguments: release; slices as parallel arrays indicators, geographies, periods, strata; systems: keys of the geographies of systems.
-- A system is a board, by the links within and best fit, or England, to which every area counts.
-- Called by geo.findings.grain, in the background.
WITH slice AS (
    SELECT
        s.indicator_id,
        s.geography_id,
        s.period_id,
        s.stratum_id
    FROM unnest(%(indicators)s::integer[], %(geographies)s::integer[], %(periods)s::integer[], %(strata)s::integer[])
        AS s (indicator_id, geography_id, period_id, stratum_id)
),

observed AS MATERIALIZED (
    -- By itself: a plan that begins with the areas of systems reads every observation of the release for each of them.
    SELECT
        o.indicator_id,
        o.stratum_id,
        o.geography_id,
        o.area_id,
        o.is_reliable AND o.value IS NOT NULL AS is_reliable
    FROM slice AS s
    INNER JOIN geo_observation AS o ON
        o.release_id = %(release)s
        AND s.indicator_id = o.indicator_id
        AND s.geography_id = o.geography_id
        AND s.period_id = o.period_id
        AND s.stratum_id = o.stratum_id
)

SELECT
    o.indicator_id,
    o.stratum_id,
    o.geography_id,
    l.parent_id AS system_id,
    count(*) AS areas,
    count(*) FILTER (WHERE o.is_reliable) AS reliable
FROM observed AS o
INNER JOIN geo_arealink AS l ON o.area_id = l.child_id
WHERE
    l.kind IN ('within', 'best_fit')
    AND l.parent_id = ANY(ARRAY(SELECT a.id FROM geo_area AS a WHERE a.geography_id = ANY(%(systems)s)))
GROUP BY o.indicator_id, o.stratum_id, o.geography_id, l.parent_id
ORDER BY o.indicator_id, o.stratum_id, l.parent_id, o.geography_id
