-- nearest_postcode: the live postcode nearest to a point, and the LSOAs it lies in; no row where none is within reach.
-- Arguments: easting, northing (EPSG:27700, metres); reach in metres.
-- Postcodes have no spatial index: outcodes whose extent comes within reach are few, and each of them is a range of the key
-- (its pattern index, hence ~>=~), walked one outcode after the other whatever the planner expects of the grid. Ties go to the first postcode. Called by geo.queries.places; plan in tests/plans/test_queries.py.
SELECT
    nearest.postcode,
    nearest.lsoa11_id,
    nearest.lsoa21_id,
    nearest.is_lsoa21_best_fit,
    nearest.distance_m
FROM geo_outcode AS o
CROSS JOIN LATERAL (
    SELECT
        p.postcode,
        p.lsoa11_id,
        p.lsoa21_id,
        p.is_lsoa21_best_fit,
        sqrt((p.easting - %(easting)s) ^ 2 + (p.northing - %(northing)s) ^ 2) AS distance_m
    FROM geo_postcode AS p
    WHERE p.postcode ~>=~ o.outcode AND p.postcode ~<~ (o.outcode || 'a') AND p.easting IS NOT NULL
    ORDER BY distance_m, p.postcode
    LIMIT 1
) AS nearest
WHERE
    o.west - %(reach)s <= %(easting)s
    AND o.east + %(reach)s >= %(easting)s
    AND o.south - %(reach)s <= %(northing)s
    AND o.north + %(reach)s >= %(northing)s
ORDER BY nearest.distance_m, nearest.postcode
LIMIT 1
