-- stored_tile: the gzipped bytes of one stored tile, by its whole key.
-- Values: tileset_id, z, x, y (WebMercatorQuad), etag (the tile's validator). No row = there are no such bytes under this key.
-- Called by geo.tiles.stored_tiles; plan asserted in tests/plans/test_tiles.py.
SELECT tile.content
FROM geo_tile AS tile
WHERE
    tile.tileset_id = %(tileset_id)s
    AND tile.z = %(z)s
    AND tile.x = %(x)s
    AND tile.y = %(y)s
    AND tile.etag = %(etag)s
