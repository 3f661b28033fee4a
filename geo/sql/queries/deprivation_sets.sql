-- deprivation_sets: which indexes and domains of deprivation the areas of a geography have deciles on.
-- Arguments: geographies to ask about. Asked of the first twenty areas of each: a set has deciles as a whole or not at all.
-- Found by the indexes area_feature_id and that of deprivation by area. Called by geo.queries.inequality.
SELECT DISTINCT
    a.geography_id,
    d.index_version,
    d.domain
FROM geo_area AS a
INNER JOIN geo_deprivation AS d ON a.id = d.area_id
WHERE a.geography_id = ANY(%(geographies)s) AND a.feature_id <= 20 AND d.decile IS NOT NULL
ORDER BY a.geography_id, d.index_version, d.domain
