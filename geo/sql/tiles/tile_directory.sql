-- tile_directory: addresses and validators of all stored tiles of a tileset, without their bytes.
-- Values: tileset_id. Gives z, x, y (WebMercatorQuad) and etag.
-- Called by geo.tiles.stored_tiles once a process and version; plan asserted in tests/plans/test_tiles.py.
SELECT
    tile.z,
    tile.x,
    tile.y,
    tile.etag
FROM geo_tile AS tile
WHERE tile.tileset_id = %(tileset_id)s
