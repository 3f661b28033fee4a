-- areas: the observed figures of one slice with what the engine needs of each area.
-- Arguments: release, indicator, geography, period, stratum keys; basis: key of observed; suppressed: key of that status where the
-- policy says what a suppressed count may be, else -1: then such areas come too, without a numerator; withheld: reasons that bound no
-- count, with which they do not come.
-- decile, score: IMD of 2025 where the area has it, else of 2019; null where neither. region: NHS England region, else region, by the first
-- parent that has one. x, y: EPSG:27700, metres, null where the area has no point. cluster: the network, district or board it lies in.
-- Rows by area code. Called by geo.findings.slices, in the background.
SELECT
    a.id AS area,
    a.code,
    a.name,
    o.numerator,
    o.denominator,
    o.value,
    o.lower,
    o.upper,
    o.is_reliable,
    o.numerator IS NULL AS is_suppressed,
    st_x(a.centroid_27700) AS x,
    st_y(a.centroid_27700) AS y,
    d.decile,
    d.index_version,
    coalesce(
        (
            SELECT min(p.name)
            FROM geo_arealink AS l
            INNER JOIN geo_area AS p ON l.parent_id = p.id
            WHERE l.child_id = a.id AND p.geography_id = %(regions)s
        ),
        (
            SELECT min(p.name)
            FROM geo_arealink AS l
            INNER JOIN geo_arealink AS m ON l.parent_id = m.child_id
            INNER JOIN geo_area AS p ON m.parent_id = p.id
            WHERE l.child_id = a.id AND p.geography_id = %(regions)s
        )
    ) AS region,
    (
        SELECT p.id
        FROM geo_arealink AS l
        INNER JOIN geo_area AS p ON l.parent_id = p.id
        WHERE l.child_id = a.id AND p.geography_id = ANY(%(clusters)s)
        ORDER BY array_position(%(clusters)s, p.geography_id::integer), p.id
        LIMIT 1
    ) AS cluster
FROM geo_observation AS o
INNER JOIN geo_area AS a ON o.area_id = a.id
LEFT JOIN LATERAL (
    SELECT
        x.decile,
        x.index_version
    FROM geo_deprivation AS x
    WHERE x.area_id = a.id AND x.domain = 'imd'
    ORDER BY x.index_version DESC
    LIMIT 1
) AS d ON TRUE
WHERE
    o.release_id = %(release)s
    AND o.indicator_id = %(indicator)s
    AND o.geography_id = %(geography)s
    AND o.period_id = %(period)s
    AND o.stratum_id = %(stratum)s
    AND o.basis = %(basis)s
    AND o.denominator > 0
    AND (
        (o.numerator IS NOT NULL AND o.value IS NOT NULL)
        OR (o.numerator IS NULL AND o.status = %(suppressed)s AND o.reason <> ALL(%(withheld)s))
    )
ORDER BY a.code
