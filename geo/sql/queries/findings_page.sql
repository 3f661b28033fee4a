-- findings_page: findings of a release that match, with the detection that each belongs to, a page at a time.
-- Arguments: release; indicator, kind, adjustments (list), geographies (list), area (keys), parents (keys), dimension, direction, key:
-- nulls match everything; limit, offset.
-- is_least: of a question answered both unadjusted and adjusted for age and sex, only the former;
-- of one that was asked in neither way, the answers that there are. Worse findings first by people behind them within a kind; total: how many match in all.
-- members: codes of the areas it speaks of, in code order; lon, lat: of the area, degrees (EPSG:4326), null without one.
-- Found by the keys of the detection and the index finding_order. Called by geo.queries.findings; plan asserted in tests/plans.
SELECT
    f.key,
    f.rank,
    d.id AS detection,
    a.code AS area_code,
    a.name AS area_name,
    a.vintage AS area_vintage,
    st_x(st_transform(a.centroid_27700, 4326)) AS lon,
    st_y(st_transform(a.centroid_27700, 4326)) AS lat,
    f.direction,
    f.is_worse,
    f.dimension,
    f.group,
    f.people,
    f.people_lower,
    f.people_upper,
    f.value,
    f.lower,
    f.upper,
    f.expected,
    f.effect,
    f.effect_lower,
    f.effect_upper,
    f.p,
    f.q,
    f.sentence,
    f.why,
    (
        SELECT array_agg(b.code ORDER BY b.code)
        FROM geo_findingarea AS m
        INNER JOIN geo_area AS b ON m.area_id = b.id
        WHERE m.finding_id = f.id
    ) AS members,
    count(*) OVER () AS total
FROM geo_detection AS d
INNER JOIN geo_finding AS f ON d.id = f.detection_id
LEFT JOIN geo_area AS a ON f.area_id = a.id
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
    AND (%(dimension)s::text IS NULL OR f.dimension = %(dimension)s)
    AND (%(direction)s::text IS NULL OR f.direction = %(direction)s)
    AND (%(key)s::text IS NULL OR f.key = %(key)s)
    AND (
        %(areas)s::integer[] IS NULL
        OR f.id IN (
            SELECT m.finding_id
            FROM geo_findingarea AS m
            WHERE m.area_id = ANY(%(areas)s)
        )
    )
    AND (
        %(parents)s::integer[] IS NULL
        OR f.area_id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
    )
ORDER BY
    array_position(ARRAY['inequality', 'priority', 'scan_window', 'hot_spot'], d.kind::text),
    coalesce(f.is_worse, FALSE) DESC,
    f.people DESC NULLS LAST,
    f.key
LIMIT %(limit)s OFFSET %(offset)s
