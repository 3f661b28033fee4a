-- areas_of_neighbourhoods: the wider areas and the deprivation of each neighbourhood (LSOA 2021).
-- Arguments: none. decile: of the Index of Multiple Deprivation 2025, 1 = most deprived, null where unknown. Rows by code.
-- Called by geo.operations.counted_areas, in the background.
SELECT
    c.code AS lsoa21,
    max(p.code) FILTER (WHERE pg.slug = 'msoa21') AS msoa21,
    max(p.code) FILTER (WHERE pg.slug = 'lad24') AS lad24,
    max(p.code) FILTER (WHERE pg.slug = 'icb26') AS icb26,
    max(d.decile) AS decile
FROM geo_area AS c
INNER JOIN geo_geography AS cg ON c.geography_id = cg.id
INNER JOIN geo_arealink AS l ON c.id = l.child_id AND l.kind = 'within'
INNER JOIN geo_area AS p ON l.parent_id = p.id
INNER JOIN geo_geography AS pg ON p.geography_id = pg.id
LEFT JOIN geo_deprivation AS d ON c.id = d.area_id AND d.domain = 'imd' AND d.index_version = 'imd2025'
WHERE cg.slug = 'lsoa21'
GROUP BY c.code
ORDER BY c.code
