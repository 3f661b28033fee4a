-- shapes: polygons of areas, EPSG:27700, metres, as well-known binary, in the order of the keys given.
-- Arguments: areas, keys. Called by geo.findings.neighbours, in the background.
SELECT st_asbinary(a.geometry_27700)
FROM geo_area AS a
WHERE a.id = ANY(%(areas)s)
ORDER BY array_position(%(areas)s, a.id)
