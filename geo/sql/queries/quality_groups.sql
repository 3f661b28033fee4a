-- quality_groups: counts of an indicator by ethnic group and area, in the newest period that has them.
-- Arguments: release, indicator keys. Rows with both counts alone; stratum: slug, of which one ends in not-known. By set, area, stratum.
-- Called by geo.queries.quality.
WITH counted AS (
    SELECT
        o.geography_id,
        o.area_id,
        o.numerator,
        o.denominator,
        s.slug AS stratum,
        s.title,
        p.label AS period_label,
        dense_rank() OVER (PARTITION BY o.geography_id ORDER BY p.end DESC, p.start DESC) AS age
    FROM geo_observation AS o
    INNER JOIN geo_stratum AS s ON o.stratum_id = s.id
    INNER JOIN geo_period AS p ON o.period_id = p.id
    WHERE
        o.release_id = %(release)s
        AND o.indicator_id = %(indicator)s
        AND s.dimension IN ('ethnic group', 'ethnicity')
        AND o.numerator IS NOT NULL
        AND o.denominator IS NOT NULL
)

SELECT
    geography_id,
    area_id,
    stratum,
    title,
    numerator,
    denominator,
    period_label
FROM counted
WHERE age = 1
ORDER BY geography_id, area_id, stratum
