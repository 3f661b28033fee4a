-- places_of_neighbourhoods: where neighbourhoods (LSOA 2021) lie, how deprived they are, and their polygons.
-- Arguments: codes, one list. decile: of the Index of Multiple Deprivation 2025, 1 = most deprived. x, y: of the centroid; shape: as
-- well-known binary; EPSG:27700, metres. Those without any of them are left out. Rows by code.
-- Called by geo.operations.linking, in the background.
SELECT
    a.code AS lsoa21,
    d.decile,
    st_x(a.centroid_27700) AS x,
    st_y(a.centroid_27700) AS y,
    st_asbinary(a.geometry_27700) AS shape
FROM geo_area AS a
INNER JOIN geo_geography AS g ON a.geography_id = g.id
INNER JOIN geo_deprivation AS d ON a.id = d.area_id AND d.domain = 'imd' AND d.index_version = 'imd2025'
WHERE
    g.slug = 'lsoa21'
    AND a.code = ANY(%s)
    AND d.decile IS NOT NULL
    AND a.centroid_27700 IS NOT NULL
    AND a.geometry_27700 IS NOT NULL
ORDER BY a.code
