-- has_children: whether any area of one geography lies in any of some areas.
-- Arguments: parents: keys; geography: key. Called by geo.queries.inequality.
SELECT EXISTS (
    SELECT 1
    FROM geo_arealink AS l
    INNER JOIN geo_area AS a ON l.child_id = a.id
    WHERE l.parent_id = ANY(%(parents)s) AND l.kind IN ('within', 'best_fit') AND a.geography_id = %(geography)s
) AS has_children
