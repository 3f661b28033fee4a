-- area_names: code and name of every area of one geography in feature order, with the district around it.
-- Arguments: geography (id); districts (ids of the geographies that count as districts, the preferred first).
-- Geometry: none is read.
-- Null district: the area is a district itself, larger than one, or has no such link.
-- Called by geo.queries.gazetteer.
SELECT
    area.code,
    area.name,
    area.other_name,
    district.name AS district
FROM geo_area AS area
LEFT JOIN LATERAL (
    SELECT parent.name
    FROM geo_arealink AS link
    JOIN geo_area AS parent ON parent.id = link.parent_id
    WHERE link.child_id = area.id
        AND link.kind IN ('within', 'best_fit')
        AND parent.geography_id = ANY(%(districts)s)
    ORDER BY array_position(%(districts)s, parent.geography_id::integer)
    LIMIT 1
) AS district ON TRUE
WHERE area.geography_id = %(geography)s AND area.feature_id > 0
ORDER BY area.feature_id
