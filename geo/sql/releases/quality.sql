-- quality: counts of one release's observations by indicator, and of those that break a rule.
-- Arguments: release key. Units: proportions lie in 0-1, deciles in 1-10, everything else is not negative (scores and indices may be).
-- One pass over the partition; statuses 0 and 1 have a value, comparison 0 is not compared, basis 1 is modelled, geographies 1 and 2 are LSOAs.
-- Called by geo.releases.quality.
WITH named AS MATERIALIZED (
    -- The unit is taken out of the definition once: a definition is unpacked whenever it is read, which for every row takes longer than all else.
    SELECT
        id,
        slug,
        definition ->> 'unit' AS unit
    FROM geo_indicator
)

SELECT
    i.slug AS indicator,
    count(*) AS rows,
    count(o.value) AS with_value,
    count(*) FILTER (WHERE o.is_reliable) AS reliable,
    min(o.coverage) AS lowest_coverage,
    count(*) FILTER (WHERE NOT CASE i.unit
        WHEN 'proportion' THEN o.value BETWEEN 0 AND 1
        WHEN 'decile' THEN o.value BETWEEN 1 AND 10
        WHEN 'score' THEN TRUE
        WHEN 'index' THEN TRUE
        ELSE o.value >= 0
    END) AS out_of_bounds,
    count(*) FILTER (WHERE o.lower > o.value OR o.upper < o.value) AS outside_limits,
    count(*) FILTER (WHERE o.value IS NULL AND o.reason = 0) AS unexplained,
    count(*) FILTER (WHERE o.comparison <> 0 AND o.lower IS NULL) AS compared_without_limits,
    count(*) FILTER (WHERE o.comparison <> 0 AND o.basis = 1 AND o.geography_id IN (1, 2)) AS compared_lsoas
FROM geo_observation AS o
INNER JOIN named AS i ON o.indicator_id = i.id
WHERE o.release_id = %s
GROUP BY i.slug
ORDER BY i.slug
