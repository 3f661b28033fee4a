-- grid_box: a box on the National Grid (EPSG:27700, metres) as a box in degrees (EPSG:4326) around it.
-- Arguments: west, south, east, north. A box of no size gives a point. Called by geo.queries.search.
SELECT
    least(ST_X(box.lower_left), ST_X(box.upper_left)) AS west,
    least(ST_Y(box.lower_left), ST_Y(box.lower_right)) AS south,
    greatest(ST_X(box.lower_right), ST_X(box.upper_right)) AS east,
    greatest(ST_Y(box.upper_left), ST_Y(box.upper_right)) AS north
FROM (
    SELECT
        ST_Transform(ST_SetSRID(ST_MakePoint(%(west)s, %(south)s), 27700), 4326) AS lower_left,
        ST_Transform(ST_SetSRID(ST_MakePoint(%(east)s, %(south)s), 27700), 4326) AS lower_right,
        ST_Transform(ST_SetSRID(ST_MakePoint(%(west)s, %(north)s), 27700), 4326) AS upper_left,
        ST_Transform(ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), 27700), 4326) AS upper_right
) AS box
