-- inequality: observations of one slice with the deprivation decile of their area, for summing by decile.
-- Arguments: release, indicator, geography, period, stratum keys; index_version, domain; parents: keys or null for all of England; counties: key of the geography of counties;
-- with_counties: whether they are wanted.
-- county: key of the county (of `counties`) that the area lies in, to find values repeated from it; null elsewhere.
-- Null value = see status. An area without a decile has none. Rows in code order.
-- Called by geo.queries.inequality; plan asserted in tests/plans/test_inequality.py.
SELECT
    d.decile,
    d.score,
    county.id AS county,
    o.numerator,
    o.denominator,
    o.value,
    o.status,
    o.basis,
    o.is_reliable,
    a.population
FROM geo_observation AS o
INNER JOIN geo_area AS a ON o.area_id = a.id
INNER JOIN geo_deprivation AS d ON
    o.area_id = d.area_id
    AND d.index_version = %(index_version)s
    AND d.domain = %(domain)s
LEFT JOIN LATERAL (
    SELECT p.id
    FROM geo_arealink AS l
    INNER JOIN geo_area AS p ON l.parent_id = p.id
    WHERE l.child_id = o.area_id AND l.kind = 'within' AND p.geography_id = %(counties)s AND %(with_counties)s
    ORDER BY p.feature_id
    LIMIT 1
) AS county ON true
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND d.decile IS NOT NULL
    AND (
        %(parents)s::integer[] IS NULL
        OR o.area_id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
    )
ORDER BY a.feature_id
