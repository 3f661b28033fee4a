-- availability: what one release holds, a row for each indicator, geography, period and stratum, newest period first.
-- Arguments: release key; indicator slug, or null for all.
-- Read through the unique constraint availability_once, which begins with the release.
-- Called by geo.queries.catalogue.
SELECT
    i.id AS indicator_id,
    i.slug AS indicator,
    a.geography_id,
    a.period_id,
    p.slug AS period,
    p.label AS period_label,
    a.stratum_id,
    s.slug AS stratum,
    s.title AS stratum_title,
    a.basis,
    a.areas,
    a.values,
    a.minimum,
    a.median,
    a.maximum,
    a.breaks
FROM geo_availability AS a
INNER JOIN geo_indicator AS i ON a.indicator_id = i.id
INNER JOIN geo_period AS p ON a.period_id = p.id
INNER JOIN geo_stratum AS s ON a.stratum_id = s.id
WHERE
    a.release_id = %(release)s
    AND (%(indicator)s::text IS NULL OR i.slug = %(indicator)s)
ORDER BY i.slug, a.geography_id, p.end DESC, p.start DESC, p.slug, s.id
