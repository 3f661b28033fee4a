-- point_in_england: a point in degrees (EPSG:4326) on the National Grid, and whether any LSOA of 2021 or 2011 has it inside.
-- Arguments: longitude, latitude; geographies: keys of the LSOA sets.
-- Geometry: EPSG:27700, index on the shapes. Called by geo.queries.places.
SELECT
    ST_X(place.point) AS easting,
    ST_Y(place.point) AS northing,
    EXISTS (
        SELECT 1
        FROM geo_area AS a
        WHERE a.geography_id = ANY(%(geographies)s) AND ST_Intersects(a.geometry_27700, place.point)
    ) AS is_inside
FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%(longitude)s, %(latitude)s), 4326), 27700) AS point) AS place
