-- release_observations: all observations of one indicator in one release, as plain numbers for numpy.
-- Values: release_id, indicator_id, geography_ids (those with tiles).
-- Every column is never null, so that each binary row has the same length: a missing number is NaN.
-- Gives geography_id, period_id, stratum_id, area_id, value, lower, upper (double precision), and status, basis, comparison, reason,
-- is_reliable (0 or 1) as smallint; the order is that of the primary key, so that a slice's rows lie together.
-- Called by geo.tiles.value_plane; run by COPY in the background, not for a request.
SELECT
    geography_id::integer,
    period_id,
    stratum_id::integer,
    area_id,
    coalesce(value, 'NaN'::double precision),
    coalesce(lower, 'NaN'::double precision),
    coalesce(upper, 'NaN'::double precision),
    status,
    basis,
    comparison,
    reason,
    is_reliable::integer::smallint
FROM geo_observation
WHERE
    release_id = %(release_id)s
    AND indicator_id = %(indicator_id)s
    AND geography_id = ANY(%(geography_ids)s)
ORDER BY
    geography_id,
    period_id,
    stratum_id,
    area_id
