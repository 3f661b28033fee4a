-- readiness_values: how many slices of a release can be drawn, and how many of them have a main value file.
-- Arguments: release key; tilesets: keys of the geographies with tiles. Called by geo.queries.holdings.
SELECT
    count(*) AS slices,
    count(v.id) AS files
FROM geo_availability AS a
LEFT JOIN geo_valuefile AS v ON
    a.release_id = v.release_id
    AND a.geography_id = v.geography_id
    AND a.indicator_id = v.indicator_id
    AND a.period_id = v.period_id
    AND a.stratum_id = v.stratum_id
    AND v.kind = 'main'
WHERE a.release_id = %(release)s AND a.geography_id = ANY(%(tilesets)s)
