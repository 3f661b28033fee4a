-- estimated_slices: the slices of a release that have a file of estimates, and which of its columns hold something.
-- Arguments: release key. Rows by indicator, geography, period and stratum.
-- Estimates are found by their primary key, which begins with the release.
-- Called by geo.queries.estimates; plan asserted in tests/plans.
SELECT
    i.slug AS indicator,
    e.geography_id,
    p.slug AS period,
    s.slug AS stratum,
    count(e.shrunken) > 0 AS shrunken,
    count(e.smoothed) > 0 AS smoothed,
    count(e.exceedance) > 0 AS exceedance,
    count(e.spot) > 0 AS spots,
    count(e.in_window) > 0 AS windows
FROM geo_estimate AS e
INNER JOIN geo_valuefile AS v ON
    v.release_id = %(release)s
    AND e.geography_id = v.geography_id
    AND e.indicator_id = v.indicator_id
    AND e.period_id = v.period_id
    AND e.stratum_id = v.stratum_id
    AND v.kind = 'estimates'
INNER JOIN geo_indicator AS i ON e.indicator_id = i.id
INNER JOIN geo_period AS p ON e.period_id = p.id
INNER JOIN geo_stratum AS s ON e.stratum_id = s.id
WHERE e.release_id = %(release)s
GROUP BY i.slug, e.geography_id, p.slug, s.slug
ORDER BY i.slug, e.geography_id, p.slug, s.slug
