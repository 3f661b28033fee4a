-- travel_matrices: tables of minutes that somebody sent, without their minutes.
-- Arguments: owner, the key of who asks; key, the id of one table: the one or the other, the other empty. Rows by name.
-- Called by geo.queries.travel_matrices; plan asserted in tests/plans/test_queries.py.
SELECT
    m.id AS key,
    'matrix:' || m.digest AS provider,
    m.name,
    m.mode,
    m.source,
    m.geography,
    jsonb_array_length(m.origins) AS areas,
    jsonb_array_length(m.destinations) AS places,
    m.made_at
FROM geo_travelmatrix AS m
WHERE m.owner <> '' AND (m.owner = %(owner)s OR m.id = %(key)s)
ORDER BY m.name, m.id
