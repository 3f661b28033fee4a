-- observations_of_areas: everything that a release holds for a few areas.
-- Arguments: release key; areas: keys; indicator: key or null for all.
-- Found by the index observation_by_area. Rows by indicator, stratum, newest period first. Called by geo.queries.profile;
-- plan asserted in tests/plans/test_queries.py.
SELECT
    o.area_id,
    o.indicator_id,
    o.geography_id,
    o.period_id,
    o.stratum_id,
    o.numerator,
    o.denominator,
    o.value,
    o.lower,
    o.upper,
    o.coverage,
    o.status,
    o.basis,
    o.comparison,
    o.reason,
    o.is_reliable
FROM geo_observation AS o
WHERE
    o.release_id = %(release)s
    AND o.area_id = ANY(%(areas)s)
    AND (%(indicator)s::integer IS NULL OR o.indicator_id = %(indicator)s)
ORDER BY o.indicator_id, o.stratum_id, o.period_id, o.area_id
