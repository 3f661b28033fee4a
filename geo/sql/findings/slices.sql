-- slices: the newest period of each indicator, geography and stratum of a release, with how many periods there are.
-- Arguments: release key. Context (deprivation, shares of people) is left out: it describes areas and is not judged.
-- Called by geo.findings.slices, in the background.
SELECT DISTINCT ON (i.slug, v.geography_id, v.stratum_id)
    v.indicator_id,
    v.geography_id,
    v.period_id,
    v.stratum_id,
    s.slug AS stratum,
    s.title AS stratum_title,
    s.dimension,
    v.basis,
    p.label AS period_label,
    i.definition,
    count(*) OVER (PARTITION BY v.indicator_id, v.geography_id, v.stratum_id) AS periods
FROM geo_availability AS v
INNER JOIN geo_indicator AS i ON v.indicator_id = i.id
INNER JOIN geo_period AS p ON v.period_id = p.id
INNER JOIN geo_stratum AS s ON v.stratum_id = s.id
WHERE v.release_id = %(release)s AND i.definition ->> 'core20plus5' <> 'context'
ORDER BY i.slug, v.geography_id, v.stratum_id, p."end" DESC, p.start DESC
