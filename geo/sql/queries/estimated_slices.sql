-- estimated_slices: the slices of a release that have a file of estimates, and which of its columns hold something.
-- Arguments: release key. Rows by indicator, geography, period and stratum.
-- Files are found by their unique constraint and estimates by their primary key, both of which begin with the release.
-- Called by geo.queries.estimates; plan asserted in tests/plans.
SELECT
    i.slug AS indicator,
    v.geography_id,
    p.slug AS period,
    s.slug AS stratum,
    held.shrunken,
    held.smoothed,
    held.exceedance,
    held.spots,
    held.windows
FROM geo_valuefile AS v
INNER JOIN geo_indicator AS i ON v.indicator_id = i.id
INNER JOIN geo_period AS p ON v.period_id = p.id
INNER JOIN geo_stratum AS s ON v.stratum_id = s.id
CROSS JOIN LATERAL (
    SELECT
        count(e.shrunken) > 0 AS shrunken,
        count(e.smoothed) > 0 AS smoothed,
        count(e.exceedance) > 0 AS exceedance,
        count(e.spot) > 0 AS spots,
        count(e.in_window) > 0 AS windows
    FROM geo_estimate AS e
    WHERE
        e.release_id = %(release)s
        AND e.indicator_id = v.indicator_id
        AND e.geography_id = v.geography_id
        AND e.period_id = v.period_id
        AND e.stratum_id = v.stratum_id
) AS held
WHERE
    v.release_id = %(release)s
    AND v.kind = 'estimates'
ORDER BY i.slug, v.geography_id, p.slug, s.slug
