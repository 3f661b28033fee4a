-- deprivation: score and decile of the whole index for every area that has one, in feature order.
-- Arguments: none. Called by geo.releases.build_neighbourhoods; read once a release.
SELECT
    a.geography_id,
    a.feature_id,
    d.index_version,
    d.score,
    d.decile
FROM geo_deprivation AS d
INNER JOIN geo_area AS a ON d.area_id = a.id
WHERE d.domain = 'imd'
ORDER BY d.index_version, a.geography_id, a.feature_id
