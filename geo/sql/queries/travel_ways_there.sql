-- travel_ways_there: whether ways are loaded and pgRouting is installed to travel them.
-- Arguments: none. Tables as osm2pgrouting makes them: ways and ways_vertices_pgr, schema routing. Called by geo.queries.travel_ways.
SELECT
    to_regclass('routing.ways') IS NOT NULL AS has_ways,
    to_regclass('routing.ways_vertices_pgr') IS NOT NULL AS has_crossings,
    EXISTS (SELECT 1 FROM pg_extension AS e WHERE e.extname = 'pgrouting') AS has_pgrouting
