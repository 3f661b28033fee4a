-- catchments_kept: the catchments of one owner, with how many neighbourhoods and residents each has.
-- Arguments: owner, the key of who asks. Rows with the last changed first. People are null where no neighbourhood of them is loaded.
-- Called by geo.queries.catchment_saved; plan asserted in tests/plans/test_queries.py.
SELECT
    c.id AS key,
    c.name,
    c.vintage,
    c.created_at,
    c.changed_at,
    jsonb_array_length(c.atoms) AS neighbourhoods,
    (
        SELECT sum(a.population)
        FROM jsonb_array_elements_text(c.atoms) AS atom (code)
        INNER JOIN geo_area AS a ON a.code = atom.code AND a.vintage = c.vintage
    ) AS people
FROM geo_catchment AS c
WHERE c.owner = %(owner)s
ORDER BY c.changed_at DESC, c.id
