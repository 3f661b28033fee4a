-- candidates_cells: for each drawn cell that holds live postcodes of an area, the middle of these.
-- Arguments: parents, keys of the area in its vintages.
-- Geometry: eastings and northings in EPSG:27700, metres; degrees in EPSG:4326. The cell's own number and district alone name it: its
-- middle is no address. Rows by the cell's number.
-- Called by geo.queries.candidates.
WITH inside AS (
    SELECT
        p.easting,
        p.northing,
        ST_Transform(ST_SetSRID(ST_MakePoint(p.easting, p.northing), 27700), 3857) AS point
    FROM geo_postcode AS p
    WHERE
        p.easting IS NOT NULL
        AND p.lsoa21_id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
),

middles AS (
    SELECT
        c.h3,
        c.district,
        avg(i.easting)::float AS easting,
        avg(i.northing)::float AS northing
    FROM inside AS i
    INNER JOIN geo_cell AS c ON ST_Covers(c.geometry_3857, i.point)
    GROUP BY c.h3, c.district
)

SELECT
    to_hex(m.h3) AS code,
    'Area of search' || coalesce(' in ' || nullif(m.district, ''), '') || ', cell ' || to_hex(m.h3) AS name,
    NULL::integer AS people,
    m.easting,
    m.northing,
    ST_X(ST_Transform(ST_SetSRID(ST_MakePoint(m.easting, m.northing), 27700), 4326)) AS longitude,
    ST_Y(ST_Transform(ST_SetSRID(ST_MakePoint(m.easting, m.northing), 27700), 4326)) AS latitude
FROM middles AS m
ORDER BY m.h3
