-- travel_ways_nearest: the crossing of the loaded ways that is nearest to each of some points.
-- Arguments: eastings, northings: arrays of metres in EPSG:27700, in one order.
-- Geometry: crossings in EPSG:4326 as osm2pgrouting makes them (indexed); metres in EPSG:27700. Rows in the order of the points.
-- Called by geo.queries.travel_ways.
SELECT
    p.place,
    v.id AS crossing,
    ST_Distance(ST_Transform(v.the_geom, 27700), p.point) AS metres
FROM (
    SELECT
        q.place,
        ST_SetSRID(ST_MakePoint(q.easting, q.northing), 27700) AS point
    FROM unnest(%(eastings)s::float [], %(northings)s::float []) WITH ORDINALITY AS q (easting, northing, place)
) AS p
CROSS JOIN LATERAL (
    SELECT
        c.id,
        c.the_geom
    FROM routing.ways_vertices_pgr AS c
    ORDER BY c.the_geom <-> ST_Transform(p.point, 4326), c.id
    LIMIT 1
) AS v
ORDER BY p.place
