-- inequality: observations of one slice summed by the deprivation decile of their area.
-- Arguments: release, indicator, geography, period, stratum keys; index_version, domain; parents: keys or null for all of England;
-- decile_indicator, score_indicator: keys of the release's own deciles and scores of larger areas, or nulls to read the published table;
-- counties: key of the geography of counties; one_by_one: whether each area is a row of its own, with its county and score (districts).
-- Null value = see statuses. weight: people of the areas with a value and known people; weighted: their sum of value x people.
-- Rows by decile. Called by geo.queries.inequality; plan asserted in tests/plans/test_figures.py.
WITH standing AS (
    SELECT
        d.area_id,
        d.decile,
        d.score
    FROM geo_deprivation AS d
    WHERE %(decile_indicator)s::integer IS NULL AND d.index_version = %(index_version)s AND d.domain = %(domain)s AND d.decile IS NOT NULL
    UNION ALL
    SELECT
        decile.area_id,
        decile.value::smallint AS decile,
        score.value AS score
    FROM geo_observation AS decile
    LEFT JOIN geo_observation AS score ON
        decile.release_id = score.release_id
        AND score.indicator_id = %(score_indicator)s
        AND decile.geography_id = score.geography_id
        AND decile.period_id = score.period_id
        AND decile.stratum_id = score.stratum_id
        AND decile.area_id = score.area_id
    WHERE
        decile.release_id = %(release)s
        AND decile.indicator_id = %(decile_indicator)s
        AND decile.geography_id = %(geography)s
        AND decile.value BETWEEN 1 AND 10
),

unit AS (
    SELECT
        s.decile,
        CASE WHEN %(one_by_one)s THEN o.area_id END AS area,
        CASE WHEN %(one_by_one)s THEN s.score END AS score,
        CASE
            WHEN %(one_by_one)s THEN (
                SELECT min(p.id)
                FROM geo_arealink AS l
                INNER JOIN geo_area AS p ON l.parent_id = p.id
                WHERE l.child_id = o.area_id AND l.kind = 'within' AND p.geography_id = %(counties)s
            )
        END AS county,
        o.numerator,
        o.denominator,
        o.value,
        o.status,
        o.basis,
        a.population,
        o.value IS NOT NULL AND o.numerator IS NOT NULL AND o.denominator IS NOT NULL AS has_counts,
        o.value IS NOT NULL AND coalesce(a.population, 0) > 0 AS has_weight
    FROM geo_observation AS o
    INNER JOIN standing AS s ON o.area_id = s.area_id
    INNER JOIN geo_area AS a ON o.area_id = a.id
    WHERE
        o.release_id = %(release)s
        AND o.indicator_id = %(indicator)s
        AND o.geography_id = %(geography)s
        AND o.period_id = %(period)s
        AND o.stratum_id = %(stratum)s
        AND (
            %(parents)s::integer[] IS NULL
            OR o.area_id IN (
                SELECT l.child_id
                FROM geo_arealink AS l
                WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
            )
        )
)

SELECT
    u.decile,
    u.score,
    u.county,
    count(*) AS areas,
    count(*) FILTER (WHERE u.has_counts) AS with_counts,
    count(*) FILTER (WHERE u.has_weight) AS with_weight,
    coalesce(sum(u.numerator) FILTER (WHERE u.has_counts), 0) AS numerator,
    coalesce(sum(u.denominator) FILTER (WHERE u.has_counts), 0) AS denominator,
    coalesce(sum(u.value * u.population) FILTER (WHERE u.has_weight), 0) AS weighted,
    coalesce(sum(u.population) FILTER (WHERE u.has_weight), 0)::float AS weight,
    min(u.value) AS value,
    array_agg(DISTINCT u.status ORDER BY u.status) AS statuses,
    bool_or(u.basis = 1) AS is_modelled
FROM unit AS u
GROUP BY u.decile, u.area, u.score, u.county
ORDER BY u.decile, u.area
