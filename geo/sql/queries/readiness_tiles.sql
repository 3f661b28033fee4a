-- readiness_tiles: the geographies whose finished tilesets hold at least one stored tile with bytes in it.
-- Arguments: release key; its versions are read from the release. Called by geo.queries.holdings.
SELECT t.geography_id
FROM geo_release AS r
INNER JOIN geo_tileset AS t ON t.is_complete
INNER JOIN geo_geography AS g ON t.geography_id = g.id AND t.version = r.tilesets ->> g.slug
WHERE
    r.id = %(release)s
    AND EXISTS (
        SELECT 1
        FROM geo_tile AS tile
        WHERE tile.tileset_id = t.id AND octet_length(tile.content) > 0
    )
ORDER BY t.geography_id
