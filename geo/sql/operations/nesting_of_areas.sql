-- nesting_of_areas: which area of one set lies in which of a wider one, for the sets that linked records are counted by.
-- Arguments: none. One row a pair of a smaller area and the area that it lies in as a whole; codes as of the sets' own years.
-- Called by geo.operations.counted_areas, in the background.
SELECT
    cg.slug AS child_geography,
    c.code AS child,
    pg.slug AS parent_geography,
    p.code AS parent
FROM geo_arealink AS l
INNER JOIN geo_area AS c ON l.child_id = c.id
INNER JOIN geo_area AS p ON l.parent_id = p.id
INNER JOIN geo_geography AS cg ON c.geography_id = cg.id
INNER JOIN geo_geography AS pg ON p.geography_id = pg.id
WHERE
    l.kind = 'within'
    AND (cg.slug, pg.slug) IN (('lsoa21', 'msoa21'), ('lsoa21', 'icb26'), ('msoa21', 'lad24'), ('practice24', 'pcn24'))
ORDER BY cg.slug, pg.slug, c.code
