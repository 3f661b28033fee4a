-- counts_by_area: observed counts of the areas of one slice, of England or inside some areas, to see how they are concentrated.
-- Arguments: release, indicator, geography, period, stratum keys; parents: keys or null for all of England.
-- Modelled figures and those without counts are left out. Rows by area key.
-- Found by the primary key of the observations. Called by geo.queries.concentrations; plan asserted in tests/plans/test_queries.py.
SELECT
    o.numerator,
    o.denominator
FROM geo_observation AS o
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND o.basis = 0
    AND o.numerator IS NOT NULL
    AND o.denominator > 0
    AND (
        %(parents)s::integer[] IS NULL
        OR o.area_id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
    )
ORDER BY o.area_id
