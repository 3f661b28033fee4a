-- cells: counts of one indicator, geography and period by area and stratum, where they were observed.
-- Arguments: release, indicator, geography, period keys; strata: keys; basis: key of observed.
-- numerator, denominator: null where not published; a row that is not there is missing too. Rows by stratum and area.
-- Called by geo.findings.cells, in the background.
SELECT
    o.area_id,
    o.stratum_id,
    o.numerator,
    o.denominator,
    o.status,
    o.reason
FROM geo_observation AS o
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = ANY(%(strata)s)
    AND o.basis = %(basis)s
ORDER BY o.stratum_id, o.area_id
