-- detections: the questions that were put to a release, with what came of each.
-- Arguments: release; indicator, kind, adjustments (list), geographies (list): nulls match everything.
-- is_least: of a question answered both unadjusted and adjusted for age and sex, only the former;
-- of one that was asked in neither way, the answers that there are.
-- found: how many findings are stored. Rows by indicator, geography, kind, dimension and adjustment.
-- Called by geo.queries.findings; plan asserted in tests/plans.
SELECT
    d.id,
    i.slug AS indicator,
    d.geography_id,
    p.slug AS period,
    p.label AS period_label,
    s.slug AS stratum,
    d.kind,
    d.adjustment,
    d.dimension,
    d.state,
    d.reason,
    d.explanation,
    d.method,
    d.parameters,
    d.tested,
    d.expected_by_chance,
    (
        SELECT count(*)
        FROM geo_finding AS f
        WHERE f.detection_id = d.id
    ) AS found
FROM geo_detection AS d
INNER JOIN geo_indicator AS i ON d.indicator_id = i.id
INNER JOIN geo_period AS p ON d.period_id = p.id
INNER JOIN geo_stratum AS s ON d.stratum_id = s.id
WHERE
    d.release_id = %(release)s
    AND (%(indicator)s::integer IS NULL OR d.indicator_id = %(indicator)s)
    AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
    AND (
        %(adjustments)s::text[] IS NULL
        OR d.adjustment = ANY(%(adjustments)s)
        OR (
            %(is_least)s
            AND NOT EXISTS (
                SELECT 1
                FROM geo_detection AS l
                WHERE
                    l.release_id = d.release_id
                    AND l.indicator_id = d.indicator_id
                    AND l.geography_id = d.geography_id
                    AND l.period_id = d.period_id
                    AND l.stratum_id = d.stratum_id
                    AND l.kind = d.kind
                    AND l.dimension = d.dimension
                    AND l.adjustment = ANY(%(adjustments)s)
            )
        )
    )
    AND (%(geographies)s::smallint[] IS NULL OR d.geography_id = ANY(%(geographies)s))
    AND (
        NOT %(is_least)s
        OR d.adjustment = 'none'
        OR d.state = 'refused'
        OR NOT EXISTS (
            SELECT 1
            FROM geo_detection AS l
            WHERE
                l.release_id = d.release_id
                AND l.indicator_id = d.indicator_id
                AND l.geography_id = d.geography_id
                AND l.period_id = d.period_id
                AND l.stratum_id = d.stratum_id
                AND l.kind = d.kind
                AND l.dimension = d.dimension
                AND l.adjustment = 'none'
                AND l.state <> 'refused'
        )
    )
ORDER BY i.slug, d.geography_id, d.stratum_id, d.kind, d.dimension, d.adjustment
