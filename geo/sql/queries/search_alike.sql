-- search_alike: areas whose name is spelt like what somebody typed, for when nothing contains it.
-- Arguments: exact (the text), order (geographies, most wanted first), limit.
-- Found by the trigram index on names. Called by geo.queries.search.
SELECT
    6 AS standing,
    a.geography_id,
    a.code,
    a.name,
    a.other_name,
    ST_X(ST_Transform(a.centroid_27700, 4326)) AS longitude,
    ST_Y(ST_Transform(a.centroid_27700, 4326)) AS latitude
FROM geo_area AS a
WHERE a.name %% %(exact)s AND a.feature_id > 0
ORDER BY similarity(a.name, %(exact)s) DESC, array_position(%(order)s::smallint[], a.geography_id), a.name, a.code
LIMIT %(limit)s
