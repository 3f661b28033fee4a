-- without_estimates: what is known of a slice that has no estimates, so that it can be said why.
-- Values: release_id, geography_id, indicator_id, period_id, stratum_id. One row.
-- Gives definition (the indicator's, as text); basis; reason and explanation of the refusal, null where the engine refused nothing here:
-- rates are asked of with regard to age and shares without, so that refusal is the one that counts; and the period that estimates were
-- made of for these areas, null where there is none.
-- Called by geo.tiles.value_files; plan asserted in tests/plans/test_tiles.py.
SELECT
    indicator.definition::text AS definition,
    held.basis,
    refusal.reason,
    refusal.explanation,
    (
        SELECT period.slug
        FROM geo_valuefile AS file
        INNER JOIN geo_period AS period ON file.period_id = period.id
        WHERE
            file.release_id = %(release_id)s
            AND file.geography_id = %(geography_id)s
            AND file.indicator_id = %(indicator_id)s
            AND file.stratum_id = %(stratum_id)s
            AND file.kind = 'estimates'
        ORDER BY period.end DESC, period.slug
        LIMIT 1
    ) AS estimated
FROM geo_availability AS held
INNER JOIN geo_indicator AS indicator ON held.indicator_id = indicator.id
LEFT JOIN geo_detection AS refusal ON
    refusal.release_id = %(release_id)s
    AND refusal.indicator_id = %(indicator_id)s
    AND refusal.geography_id = %(geography_id)s
    AND refusal.period_id = %(period_id)s
    AND refusal.stratum_id = %(stratum_id)s
    AND refusal.kind = 'hot_spot'
    AND refusal.state = 'refused'
    AND refusal.adjustment = CASE WHEN indicator.definition ->> 'unit' = 'proportion' THEN 'none' ELSE 'age_sex' END
WHERE
    held.release_id = %(release_id)s
    AND held.geography_id = %(geography_id)s
    AND held.indicator_id = %(indicator_id)s
    AND held.period_id = %(period_id)s
    AND held.stratum_id = %(stratum_id)s
