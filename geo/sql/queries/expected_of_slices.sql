-- expected_of_slices: expected events of the areas of some slices of a release, packed, by the ages of their people.
-- Arguments: release; indicators, geographies, periods, strata: keys, one each a slice. One row a slice that has any: its place from 1,
-- and feature id (4 bytes) and expected events (8 bytes) of each area one after the other, most significant byte first, by feature id.
-- Found by the primary key of the estimates. Called by geo.queries.catchment_figures, once for each process and release.
SELECT
    w.place,
    string_agg(int4send(a.feature_id) || float8send(e.expected), ''::bytea ORDER BY a.feature_id) AS expected
FROM unnest(
    %(indicators)s::integer[], %(geographies)s::smallint[], %(periods)s::integer[], %(strata)s::smallint[]
) WITH ORDINALITY AS w (indicator, geography, period, stratum, place)
INNER JOIN geo_estimate AS e
    ON
        e.release_id = %(release)s
        AND w.indicator = e.indicator_id
        AND w.geography = e.geography_id
        AND w.period = e.period_id
        AND w.stratum = e.stratum_id
INNER JOIN geo_area AS a ON e.area_id = a.id AND a.feature_id > 0
WHERE e.expected IS NOT NULL
GROUP BY w.place
ORDER BY w.place
