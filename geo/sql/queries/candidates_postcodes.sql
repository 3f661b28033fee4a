-- candidates_postcodes: for each postcode sector of an area, the live postcode nearest the middle of those that lie in it.
-- Arguments: parents, keys of the area in its vintages.
-- Geometry: eastings and northings in EPSG:27700, metres. Rows by sector; of equally near postcodes the first by name.
-- Called by geo.queries.candidates.
WITH inside AS (
    SELECT
        p.postcode,
        p.easting,
        p.northing,
        left(p.postcode, -2) AS sector
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
        i.postcode,
        i.easting,
        i.northing,
        i.sector,
        row_number() OVER (
            PARTITION BY i.sector
            ORDER BY (i.easting - m.easting) ^ 2 + (i.northing - m.northing) ^ 2, i.postcode
        ) AS place
    FROM inside AS i
    INNER JOIN (
        SELECT
            s.sector,
            avg(s.easting) AS easting,
            avg(s.northing) AS northing
        FROM inside AS s
        GROUP BY s.sector
    ) AS m ON i.sector = m.sector
)

SELECT
    left(d.sector, -1) || ' ' || right(d.sector, 1) AS code,
    'Area of search around ' || left(d.postcode, -3) || ' ' || right(d.postcode, 3) AS name,
    NULL::integer AS people,
    d.easting::float AS easting,
    d.northing::float AS northing,
    ST_X(ST_Transform(ST_SetSRID(ST_MakePoint(d.easting, d.northing), 27700), 4326)) AS longitude,
    ST_Y(ST_Transform(ST_SetSRID(ST_MakePoint(d.easting, d.northing), 27700), 4326)) AS latitude
FROM middles AS d
WHERE d.place = 1
ORDER BY d.sector
