-- ground_links: how the areas of two sets hang together.
-- Arguments: child, parent: geography keys; kinds: of links. Feature ids of both and the share of the child's people. Rows by child, parent.
-- Called by geo.queries.ground, once for each process and build of areas.
SELECT
    c.feature_id AS child,
    p.feature_id AS parent,
    l.share
FROM geo_arealink AS l
INNER JOIN geo_area AS c ON l.child_id = c.id
INNER JOIN geo_area AS p ON l.parent_id = p.id
WHERE
    c.geography_id = %(child)s
    AND p.geography_id = %(parent)s
    AND c.feature_id > 0
    AND p.feature_id > 0
    AND l.kind = ANY(%(kinds)s)
ORDER BY c.feature_id, p.feature_id
