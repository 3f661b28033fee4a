-- reach_inside: the areas of one set that lie in an area.
-- Arguments: parents, keys of the area in its vintages; geography, the set. An area lies in itself. Rows by code.
-- Called by geo.queries.reach.
SELECT a.code
FROM geo_area AS a
WHERE
    a.geography_id = %(geography)s
    AND (
        a.id = ANY(%(parents)s)
        OR a.id IN (
            SELECT l.child_id
            FROM geo_arealink AS l
            WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit')
        )
    )
ORDER BY a.code
