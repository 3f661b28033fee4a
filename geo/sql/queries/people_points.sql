-- people_points: where people live, for how densely they do: the population-weighted middle of every area of one geography.
-- Arguments: geography key. Points EPSG:27700 (metres). Areas without a point or people are left out. Rows by key.
-- Read once a process, a whole geography. Called by geo.queries.travel.
SELECT
    ST_X(a.centroid_27700) AS easting,
    ST_Y(a.centroid_27700) AS northing,
    a.population AS people
FROM geo_area AS a
WHERE a.geography_id = %(geography)s AND a.centroid_27700 IS NOT NULL AND a.population > 0 AND a.feature_id > 0
ORDER BY a.id
