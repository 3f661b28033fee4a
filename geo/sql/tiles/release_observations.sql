-- release_observations: observations of one indicator in one release, a row a slice, its areas as packed numbers for numpy. Slices that
-- are not offered, for all of them is withheld, are left out: no address leads to them.
-- Values: release_id, indicator_id, geography_ids (those with tiles).
-- Gives geography_id, period_id, stratum_id and areas: for each area 32 bytes in network order: area_id (int4), value, lower, upper
-- (float8, NaN where there is none), and status | basis << 3 | comparison << 4 | is_reliable << 7 | reason << 8 (int4).
-- The areas of a slice come in any order, for each names itself: sorting them would double the time.
-- Called by geo.tiles.value_plane; run in the background, not for a request.
SELECT
    geography_id,
    period_id,
    stratum_id,
    string_agg(
        int4send(area_id)
        || float8send(coalesce(value, 'NaN'::double precision))
        || float8send(coalesce(lower, 'NaN'::double precision))
        || float8send(coalesce(upper, 'NaN'::double precision))
        || int4send(status | (basis << 3) | (comparison << 4) | (is_reliable::integer << 7) | (reason::integer << 8)),
        ''::bytea
    ) AS areas
FROM geo_observation
WHERE
    release_id = %(release_id)s
    AND indicator_id = %(indicator_id)s
    AND geography_id = ANY(%(geography_ids)s)
    AND (geography_id, period_id, stratum_id) IN (
        SELECT
            geography_id,
            period_id,
            stratum_id
        FROM geo_availability
        WHERE
            release_id = %(release_id)s
            AND indicator_id = %(indicator_id)s
    )
GROUP BY
    geography_id,
    period_id,
    stratum_id
