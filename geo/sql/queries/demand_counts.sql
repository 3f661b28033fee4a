-- demand_counts: published counts of some indicators in some areas of one geography and period, withheld ones among them.
-- Arguments: release, geography, period keys; indicators, strata, areas: arrays of keys.
-- Null numerator = not published; status and reason say why. Rows by indicator, stratum and area.
-- Found by the primary key of the observations. Called by geo.queries.demand; plan asserted in tests/plans/test_queries.py.
SELECT
    o.indicator_id,
    o.stratum_id,
    o.area_id,
    o.numerator,
    o.denominator,
    o.status,
    o.reason,
    o.basis
FROM geo_observation AS o
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = ANY(%(indicators)s)
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = ANY(%(strata)s)
    AND o.area_id = ANY(%(areas)s)
ORDER BY o.indicator_id, o.stratum_id, o.area_id
