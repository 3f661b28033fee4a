-- inequality: observations of one slice summed by the deprivation decile of their area.
-- Arguments: release, indicator, geography, period, stratum keys; index_version, domain; parents: keys or null for all of England;
-- decile_indicator, score_indicator, decile_period, decile_stratum: keys of the release's own deciles and scores of larger areas,
-- or nulls to read the published table; each is one look-up by the whole primary key, whatever the planner expects;
-- counties: key of the geography of counties; one_by_one: whether each area is a row of its own, with its county and score (districts).
-- observed_only: whether modelled figures are left out.
-- Null value = see statuses. weight: people of the areas with a value and known people; weighted: their sum of value x people.
-- Rows by decile. Called by geo.queries.inequality; plan asserted in tests/plans/test_queries.py.
WITH unit AS (
    SELECT
        coalesce(d.decile, decile.value::smallint) AS decile,
        CASE WHEN %(one_by_one)s THEN o.area_id END AS area,
        CASE WHEN %(one_by_one)s THEN coalesce(d.score, score.value) END AS score,
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
    INNER JOIN geo_area AS a ON o.area_id = a.id
    LEFT JOIN geo_deprivation AS d ON
        o.area_id = d.area_id
        AND d.index_version = %(index_version)s
        AND d.domain = %(domain)s
        AND %(decile_indicator)s::integer IS NULL
    LEFT JOIN geo_observation AS decile ON
        decile.release_id = %(release)s
        AND decile.indicator_id = %(decile_indicator)s
        AND decile.geography_id = %(geography)s
        AND decile.period_id = %(decile_period)s
        AND decile.stratum_id = %(decile_stratum)s
        AND o.area_id = decile.area_id
    LEFT JOIN geo_observation AS score ON
        score.release_id = %(release)s
        AND score.indicator_id = %(score_indicator)s
        AND score.geography_id = %(geography)s
        AND score.period_id = %(decile_period)s
        AND score.stratum_id = %(decile_stratum)s
        AND o.area_id = score.area_id
        AND %(one_by_one)s
    WHERE
        o.release_id = %(release)s
        AND o.indicator_id = %(indicator)s
        AND o.geography_id = %(geography)s
        AND o.period_id = %(period)s
        AND o.stratum_id = %(stratum)s
        AND (NOT %(observed_only)s OR o.basis = 0)
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
    bool_or(u.basis = 1) AS is_modelled,
    count(*) FILTER (WHERE u.basis = 0) AS observed
FROM unit AS u
WHERE u.decile BETWEEN 1 AND 10
GROUP BY u.decile, u.area, u.score, u.county
ORDER BY u.decile, u.area
