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

system AS (
    SELECT
        l.child_id AS area_id,
        l.parent_id AS system_id
    FROM geo_arealink AS l
    INNER JOIN geo_area AS p ON l.parent_id = p.id
    WHERE p.geography_id = ANY(%(systems)s) AND l.kind IN ('within', 'best_fit')
)

SELECT
    o.indicator_id,
    o.stratum_id,
    o.geography_id,
    y.system_id,
    count(*) AS areas,
    count(*) FILTER (WHERE o.is_reliable AND o.value IS NOT NULL) AS reliable
FROM slice AS s
INNER JOIN geo_observation AS o ON
    o.release_id = %(release)s
    AND s.indicator_id = o.indicator_id
    AND s.geography_id = o.geography_id
    AND s.period_id = o.period_id
    AND s.stratum_id = o.stratum_id
INNER JOIN system AS y ON o.area_id = y.area_id
GROUP BY o.indicator_id, o.stratum_id, o.geography_id, y.system_id
ORDER BY o.indicator_id, o.stratum_id, y.system_id, o.geography_id
