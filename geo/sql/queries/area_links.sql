-- area_links: what an area lies in, and what it came from and became.
-- Arguments: area key. direction: parent (the area is the child of the link) or child.
-- Children it contains are left out here: they may be many, and areas_page lists them.
-- Rows from near to far. Called by geo.queries.areas.
SELECT
    'parent' AS direction,
    l.kind,
    l.share,
    l.method,
    a.geography_id,
    a.code,
    a.name
FROM geo_arealink AS l
INNER JOIN geo_area AS a ON l.parent_id = a.id
WHERE l.child_id = %(area)s
UNION ALL
SELECT
    'child' AS direction,
    l.kind,
    l.share,
    l.method,
    a.geography_id,
    a.code,
    a.name
FROM geo_arealink AS l
INNER JOIN geo_area AS a ON l.child_id = a.id
WHERE l.parent_id = %(area)s AND l.kind IN ('converts', 'succeeds')
ORDER BY direction, kind, geography_id, share DESC, code
