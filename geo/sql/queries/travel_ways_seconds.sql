-- travel_ways_seconds: seconds of the quickest way between crossings, where there is one.
-- Arguments: origins, destinations: arrays of crossings.
-- Ways as osm2pgrouting makes them: cost_s, reverse_cost_s in seconds, negative where one may not go. Rows by origin, destination.
-- Called by geo.queries.travel_ways.
SELECT
    d.start_vid AS origin,
    d.end_vid AS destination,
    d.agg_cost AS seconds
FROM pgr_dijkstraCost(
    'SELECT gid AS id, source, target, cost_s AS cost, reverse_cost_s AS reverse_cost FROM routing.ways',
    %(origins)s::bigint [],
    %(destinations)s::bigint [],
    directed => true
) AS d
ORDER BY d.start_vid, d.end_vid
