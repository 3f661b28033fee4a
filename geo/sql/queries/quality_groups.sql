-- quality_groups: counts of an indicator by ethnic group, area and period.
-- Arguments: release, indicator keys. Rows with both counts alone; stratum: slug, of which one ends in not-known. By set, period (newest
-- first), area, stratum. Called by geo.queries.quality.
SELECT
    o.geography_id,
    o.area_id,
    s.slug AS stratum,
    s.title,
    o.numerator,
    o.denominator,
    p.slug AS period,
    p.label AS period_label
FROM geo_observation AS o
INNER JOIN geo_stratum AS s ON o.stratum_id = s.id
INNER JOIN geo_period AS p ON o.period_id = p.id
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND s.dimension IN ('ethnic group', 'ethnicity')
    AND o.numerator IS NOT NULL
    AND o.denominator IS NOT NULL
ORDER BY o.geography_id, p.end DESC, p.start DESC, o.area_id, s.slug
