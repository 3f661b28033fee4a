-- area_labels: names of one geography with the middle of each, to label a map.
-- Arguments: geography (id).
-- Geometry: centroid in EPSG:27700, given in EPSG:4326 with 5 digits (about a metre).
-- Areas without a middle are left out. Most populous first.
-- Called by geo.queries.gazetteer.
SELECT
    area.name,
    area.other_name,
    round(ST_X(place.point)::numeric, 5)::float8 AS longitude,
    round(ST_Y(place.point)::numeric, 5)::float8 AS latitude
FROM geo_area AS area
CROSS JOIN LATERAL (SELECT ST_Transform(area.centroid_27700, 4326) AS point) AS place
WHERE area.geography_id = %(geography)s
    AND area.centroid_27700 IS NOT NULL
    AND area.feature_id > 0
ORDER BY area.population DESC NULLS LAST, area.code
