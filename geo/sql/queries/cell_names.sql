-- cell_names: every drawn cell in feature order with its number in hexadecimal and the district that most of its people live in.
-- No arguments. Called by geo.queries.gazetteer.
SELECT
    to_hex(c.h3) AS code,
    c.district
FROM geo_cell AS c
ORDER BY c.feature_id
