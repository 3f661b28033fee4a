-- release_estimates: all estimates of one indicator in one release, a row a slice, its areas as packed numbers for numpy.
-- Values: release_id, indicator_id, geography_ids (those with tiles).
-- Gives geography_id, period_id, stratum_id and areas: for each area in network order area_id (int4); shrunken, shrunken_lower,
-- shrunken_upper, smoothed, exceedance, reliability, q, spot, in_window (1 or 0), funnel (float8, NaN where there is none).
-- The areas of a slice come in any order, for each names itself. Found by the primary key.
-- Called by geo.tiles.value_plane; run in the background, not for a request.
SELECT
    geography_id,
    period_id,
    stratum_id,
    string_agg(
        int4send(area_id)
        || float8send(coalesce(shrunken, 'NaN'::double precision))
        || float8send(coalesce(shrunken_lower, 'NaN'::double precision))
        || float8send(coalesce(shrunken_upper, 'NaN'::double precision))
        || float8send(coalesce(smoothed, 'NaN'::double precision))
        || float8send(coalesce(exceedance, 'NaN'::double precision))
        || float8send(coalesce(reliability, 'NaN'::double precision))
        || float8send(coalesce(q, 'NaN'::double precision))
        || float8send(coalesce(spot, 'NaN'::double precision))
        || float8send(coalesce(in_window::integer, 'NaN'::double precision))
        || float8send(coalesce(funnel, 'NaN'::double precision)),
        ''::bytea
    ) AS areas
FROM geo_estimate
WHERE
    release_id = %(release_id)s
    AND indicator_id = %(indicator_id)s
    AND geography_id = ANY(%(geography_ids)s)
GROUP BY
    geography_id,
    period_id,
    stratum_id
