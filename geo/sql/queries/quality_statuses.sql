-- quality_statuses: how many areas of each set have a value of an indicator, and why the others have none, by period.
-- Arguments: release, indicator keys. Everybody alone (stratum 0). Statuses: geo.statuses (0 value, 1 zero, 2 suppressed, 3 missing,
-- 4 not collected, 5 not applicable); basis 1 is modelled. coverage: lowest share (0-1) of people covered, null where it does not arise.
-- lower, middle, upper: least, median and greatest value in the indicator's unit. Newest period first. Called by geo.queries.quality.
SELECT
    o.geography_id,
    p.slug AS period,
    p.label AS period_label,
    count(*) AS areas,
    count(o.value) AS with_value,
    count(*) FILTER (WHERE o.status = 2) AS suppressed,
    count(*) FILTER (WHERE o.status = 3) AS missing,
    count(*) FILTER (WHERE o.status = 4) AS not_collected,
    count(*) FILTER (WHERE o.basis = 1 AND o.value IS NOT NULL) AS modelled,
    min(o.coverage) AS coverage,
    min(o.value) AS least,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY o.value) AS middle,
    max(o.value) AS greatest
FROM geo_observation AS o
INNER JOIN geo_period AS p ON o.period_id = p.id
WHERE o.release_id = %(release)s AND o.indicator_id = %(indicator)s AND o.stratum_id = 0
GROUP BY o.geography_id, p.slug, p.label, p.end, p.start
ORDER BY p.end DESC, p.start DESC, o.geography_id
