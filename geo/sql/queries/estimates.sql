-- estimates: what the engine thinks of the areas of one slice, with the observation beside it.
-- Arguments: release, indicator, geography, period, stratum keys; limit, offset. Rows by code; total: how many there are.
-- Found by indexes of both tables. Called by geo.queries.hotspots; plan asserted in tests/plans.
SELECT
    a.code AS area_code,
    a.name AS area_name,
    o.value,
    e.expected,
    e.shrunken,
    e.shrunken_lower,
    e.shrunken_upper,
    e.smoothed,
    e.exceedance,
    e.reliability,
    e.z,
    e.p,
    e.q,
    e.spot,
    e.in_window,
    e.funnel,
    count(*) OVER () AS total
FROM geo_estimate AS e
INNER JOIN geo_area AS a ON e.area_id = a.id
INNER JOIN geo_observation AS o ON
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND e.area_id = o.area_id
WHERE
    e.release_id = %(release)s
    AND e.indicator_id = %(indicator)s
    AND e.geography_id = %(geography)s
    AND e.period_id = %(period)s
    AND e.stratum_id = %(stratum)s
ORDER BY a.code
LIMIT %(limit)s OFFSET %(offset)s
