-- ancestors: the given areas and everything that they lie in, nearest first.
-- Arguments: area keys. Called by geo.queries.places.
SELECT a.id
FROM geo_area AS a
WHERE
    a.id = ANY(%(areas)s)
    OR a.id IN (
        SELECT l.parent_id
        FROM geo_arealink AS l
        WHERE l.child_id = ANY(%(areas)s) AND l.kind IN ('within', 'best_fit')
    )
ORDER BY a.geography_id, a.feature_id
