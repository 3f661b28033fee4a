-- smooth: values smoothed over neighbours, written beside the estimates of one slice.
-- Arguments: release, indicator, geography, period, stratum keys; areas, smoothed: keys and values in the same order, the indicator's unit.
-- Called by geo.findings.smoothing, in the background.
UPDATE geo_estimate AS e
SET smoothed = found.smoothed
FROM unnest(%(areas)s::bigint [], %(smoothed)s::double precision []) AS found (area, smoothed)
WHERE
    e.release_id = %(release)s
    AND e.indicator_id = %(indicator)s
    AND e.geography_id = %(geography)s
    AND e.period_id = %(period)s
    AND e.stratum_id = %(stratum)s
    AND e.area_id = found.area
