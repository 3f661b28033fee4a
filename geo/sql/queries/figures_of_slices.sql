-- figures_of_slices: every observation of some slices of a release, packed, for sums over chosen areas.
-- Arguments: release; indicators, geographies, periods, strata: keys, one each a slice. One row a slice: its place from 1, and
-- feature id (4 bytes), numerator, denominator, value (8 bytes each, NaN where null), basis, status, reason (2 bytes each) of each
-- observation one after the other, most significant byte first, by feature id. A slice without observations has no row.
-- Found by the primary key of the observations. Called by geo.queries.catchment_figures, once for each process and release.
SELECT
    w.place,
    string_agg(
        int4send(a.feature_id)
        || float8send(coalesce(o.numerator, 'NaN'))
        || float8send(coalesce(o.denominator, 'NaN'))
        || float8send(coalesce(o.value, 'NaN'))
        || int2send(o.basis)
        || int2send(o.status)
        || int2send(o.reason),
        ''::bytea ORDER BY a.feature_id
    ) AS figures
FROM unnest(
    %(indicators)s::integer[], %(geographies)s::smallint[], %(periods)s::integer[], %(strata)s::smallint[]
) WITH ORDINALITY AS w (indicator, geography, period, stratum, place)
INNER JOIN geo_observation AS o
    ON
        o.release_id = %(release)s
        AND w.indicator = o.indicator_id
        AND w.geography = o.geography_id
        AND w.period = o.period_id
        AND w.stratum = o.stratum_id
INNER JOIN geo_area AS a ON o.area_id = a.id AND a.feature_id > 0
GROUP BY w.place
ORDER BY w.place
