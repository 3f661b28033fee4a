-- counts_of_slice: observed counts and published values of the areas of one slice, for a funnel.
-- Arguments: release, indicator, geography, period, stratum keys. Modelled figures and those without counts are left out. Rows by code.
-- Found by the primary key of the observations. Called by geo.queries.funnel; plan asserted in tests/plans.
SELECT
    a.code AS area_code,
    a.name AS area_name,
    o.numerator,
    o.denominator,
    o.value
FROM geo_observation AS o
INNER JOIN geo_area AS a ON o.area_id = a.id
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND o.basis = 0
    AND o.numerator IS NOT NULL
    AND o.denominator > 0
ORDER BY a.code
