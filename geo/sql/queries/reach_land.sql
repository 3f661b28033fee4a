-- reach_land: the outline of the country, to tell which straight ways leave it.
-- Arguments: geography, the set of areas that is the country.
-- Geometry: EPSG:27700 as well-known binary, as published. One row, null without shapes. Called by geo.queries.reach.
SELECT ST_AsBinary(ST_Union(a.geometry_27700)) AS land
FROM geo_area AS a
WHERE a.geography_id = %(geography)s AND a.geometry_27700 IS NOT NULL
