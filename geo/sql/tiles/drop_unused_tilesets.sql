-- drop_unused_tilesets: delete tilesets that nothing needs: not the newest complete one of their geography, named by no release.
-- Tiles go first, for the foreign key is checked without cascade. Counts the deleted tilesets.
-- Called by geo.tiles.geometry_plane.drop_unused_tilesets.
WITH newest AS (
    SELECT DISTINCT ON (geography_id) id
    FROM geo_tileset
    WHERE is_complete
    ORDER BY geography_id, made_at DESC, id DESC
),
unused AS (
    SELECT tileset.id
    FROM geo_tileset AS tileset
    INNER JOIN geo_geography AS geography ON geography.id = tileset.geography_id
    WHERE
        tileset.id NOT IN (SELECT newest.id FROM newest)
        AND NOT EXISTS (SELECT 1 FROM geo_release AS release WHERE release.tilesets ->> geography.slug = tileset.version)
),
emptied AS (
    DELETE FROM geo_tile WHERE tileset_id IN (SELECT unused.id FROM unused)
)
DELETE FROM geo_tileset WHERE id IN (SELECT unused.id FROM unused)
