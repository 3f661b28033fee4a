-- finding_places: where areas lie that are named by set and code.
-- Arguments: geographies, codes: arrays of one length, an area each. Areas that there are not are left out.
-- lon, lat: population-weighted middle where published, else the middle, degrees (EPSG:4326); null where no place is known.
-- Rows in geography and code order; found by the key of code and vintage. Called by geo.queries.finding_places; plan asserted in tests/plans.
SELECT
    a.geography_id,
    a.code,
    a.name,
    a.feature_id,
    ST_X(ST_Transform(a.centroid_27700, 4326)) AS lon,
    ST_Y(ST_Transform(a.centroid_27700, 4326)) AS lat
FROM unnest(%(geographies)s::smallint[], %(codes)s::text[]) AS wanted (geography_id, code)
INNER JOIN geo_area AS a ON wanted.code = a.code AND wanted.geography_id = a.geography_id
ORDER BY a.geography_id, a.code
