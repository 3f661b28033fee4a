-- standings: where one value stands in each of some slices: how many values there are, and how many stand before it.
-- Arguments: release key; indicators, geographies, periods, strata, directions (as in observations_page), values: arrays of one length.
-- Values whose modelling error is unknown (reason 5) take no part, as in observations_page. Slices in the order given.
-- Called by geo.queries.profile; plan asserted in tests/plans/test_queries.py.
SELECT
    s.place,
    count(*) FILTER (WHERE o.value * s.direction < s.value * s.direction) + 1 AS rank,
    count(*) AS rank_of
FROM unnest(
    %(indicators)s::integer[], %(geographies)s::smallint[], %(periods)s::integer[], %(strata)s::smallint[],
    %(directions)s::smallint[], %(values)s::double precision[]
) WITH ORDINALITY AS s (indicator_id, geography_id, period_id, stratum_id, direction, value, place)
INNER JOIN geo_observation AS o ON
    o.release_id = %(release)s
    AND s.indicator_id = o.indicator_id
    AND s.geography_id = o.geography_id
    AND s.period_id = o.period_id
    AND s.stratum_id = o.stratum_id
WHERE o.value IS NOT NULL AND o.reason <> 5
GROUP BY s.place
ORDER BY s.place
