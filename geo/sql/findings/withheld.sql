-- withheld: areas of one slice whose people are known and whose count is not, for a reason that does not bound it, and their people.
-- Arguments: as of areas; fewest: the smallest denominator that counts as known. One row.
-- Called by geo.findings.fields, in the background.
SELECT
    count(*) AS areas,
    coalesce(sum(o.denominator), 0)::float AS people
FROM geo_observation AS o
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND o.basis = %(basis)s
    AND o.numerator IS NULL
    AND o.denominator >= %(fewest)s
    AND NOT (o.status = %(suppressed)s AND o.reason <> ALL(%(withheld)s))
