-- missing_value_files: what a release holds for drawn geographies and has no main value file for, or estimates of without their file.
-- Arguments: release key; keys of the geographies that have tiles. Gives geography, indicator, period and stratum; none = complete.
-- Called by geo.releases.publish.
SELECT
    g.slug,
    i.slug,
    p.slug,
    s.slug
FROM geo_availability AS a
INNER JOIN geo_geography AS g ON a.geography_id = g.id
INNER JOIN geo_indicator AS i ON a.indicator_id = i.id
INNER JOIN geo_period AS p ON a.period_id = p.id
INNER JOIN geo_stratum AS s ON a.stratum_id = s.id
WHERE
    a.release_id = %s
    AND a.geography_id = ANY(%s)
    AND (
        NOT EXISTS (
            SELECT 1
            FROM geo_valuefile AS v
            WHERE
                v.release_id = a.release_id
                AND v.geography_id = a.geography_id
                AND v.indicator_id = a.indicator_id
                AND v.period_id = a.period_id
                AND v.stratum_id = a.stratum_id
                AND v.kind = 'main'
        )
        OR (
            EXISTS (
                SELECT 1
                FROM geo_estimate AS e
                WHERE
                    e.release_id = a.release_id
                    AND e.indicator_id = a.indicator_id
                    AND e.geography_id = a.geography_id
                    AND e.period_id = a.period_id
                    AND e.stratum_id = a.stratum_id
            )
            AND NOT EXISTS (
                SELECT 1
                FROM geo_valuefile AS v
                WHERE
                    v.release_id = a.release_id
                    AND v.geography_id = a.geography_id
                    AND v.indicator_id = a.indicator_id
                    AND v.period_id = a.period_id
                    AND v.stratum_id = a.stratum_id
                    AND v.kind = 'estimates'
            )
        )
    )
ORDER BY g.id, i.slug, p.slug, s.slug
