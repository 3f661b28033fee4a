-- demand_areas: every LSOA of the districts that touch an area, with what a plan needs of it.
-- Arguments: area: keys of the area (each of its vintages); lsoas, msoas, districts: keys of these geographies; index: of deprivation.
-- Middle: population-weighted, EPSG:27700 (metres) and EPSG:4326 (degrees). decile: 1 = most deprived; null where not published.
-- is_inside: whether the LSOA lies in the area itself. Rows by code. Called by geo.queries.demand; plan asserted in
-- tests/plans/test_queries.py.
WITH inside AS MATERIALIZED (
    SELECT l.child_id
    FROM geo_arealink AS l
    INNER JOIN geo_area AS a ON l.child_id = a.id
    WHERE l.parent_id = ANY(%(area)s) AND l.kind IN ('within', 'best_fit') AND a.geography_id = %(lsoas)s
),

district AS MATERIALIZED (
    SELECT DISTINCT l.parent_id
    FROM inside AS i
    INNER JOIN geo_arealink AS l ON i.child_id = l.child_id
    INNER JOIN geo_area AS a ON l.parent_id = a.id
    WHERE a.geography_id = %(districts)s AND l.kind IN ('within', 'best_fit')
)

SELECT
    a.id,
    a.code,
    a.name,
    coalesce(a.population, 0) AS people,
    ST_X(a.centroid_27700) AS easting,
    ST_Y(a.centroid_27700) AS northing,
    ST_X(ST_Transform(a.centroid_27700, 4326)) AS longitude,
    ST_Y(ST_Transform(a.centroid_27700, 4326)) AS latitude,
    p.decile,
    m.id AS msoa_id,
    m.code AS msoa,
    d.id AS district_id,
    d.code AS district,
    EXISTS (SELECT 1 FROM inside AS i WHERE i.child_id = a.id) AS is_inside
FROM district
INNER JOIN geo_area AS d ON district.parent_id = d.id
INNER JOIN geo_arealink AS to_district ON d.id = to_district.parent_id AND to_district.kind IN ('within', 'best_fit')
INNER JOIN geo_area AS a ON to_district.child_id = a.id AND a.geography_id = %(lsoas)s
INNER JOIN geo_arealink AS to_msoa ON a.id = to_msoa.child_id AND to_msoa.kind IN ('within', 'best_fit')
INNER JOIN geo_area AS m ON to_msoa.parent_id = m.id AND m.geography_id = %(msoas)s
LEFT JOIN geo_deprivation AS p ON a.id = p.area_id AND p.index_version = %(index)s AND p.domain = 'imd'
WHERE a.feature_id > 0
ORDER BY a.code
