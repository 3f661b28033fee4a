-- outlines: areas of one set that touch a box, as quiet ground for a picture.
-- Arguments: geography, the set; west, south, east, north: the box, in degrees.
-- Geometry: well-known binary in degrees (EPSG:4326), from the generalised shape. Called by geo.queries.outlines.
SELECT
    a.code,
    a.name,
    ST_AsBinary(ST_Transform(a.geometry_3857, 4326)) AS shape
FROM geo_area AS a
WHERE
    a.geography_id = %(geography)s
    AND a.geometry_3857 && ST_Transform(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857)
ORDER BY a.code
