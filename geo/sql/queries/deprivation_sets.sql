-- deprivation_sets: the geographies whose areas have deciles on one domain of one index.
-- Arguments: index_version, domain; geographies to ask about. One probe of the index deprivation_once a geography's first areas.
-- Called by geo.queries.inequality.
SELECT g.id AS geography_id
FROM geo_geography AS g
WHERE
    g.id = ANY(%(geographies)s)
    AND EXISTS (
        SELECT 1
        FROM geo_area AS a
        INNER JOIN geo_deprivation AS d ON a.id = d.area_id
        WHERE
            a.geography_id = g.id
            AND d.index_version = %(index_version)s
            AND d.domain = %(domain)s
            AND d.decile IS NOT NULL
    )
ORDER BY g.id
