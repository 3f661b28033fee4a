-- ground_postcodes: where the live postcodes of each neighbourhood of 2021 are.
-- Values: geography key of these neighbourhoods. One row a neighbourhood that has any: its feature id, and eastings and northings
-- (EPSG:27700, metres) one after the other as four-byte whole numbers, for a row each would fill the memory. Rows by feature id.
-- Called by geo.queries.ground, once for each process and build of areas.
SELECT
    a.feature_id,
    string_agg(int4send(p.easting) || int4send(p.northing), ''::bytea ORDER BY p.postcode COLLATE "C") AS points
FROM geo_postcode AS p
INNER JOIN geo_area AS a ON p.lsoa21_id = a.id
WHERE
    a.geography_id = %(geography)s
    AND a.feature_id > 0
    AND p.easting IS NOT NULL
    AND p.northing IS NOT NULL
GROUP BY a.feature_id
ORDER BY a.feature_id
