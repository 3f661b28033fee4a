-- begin_tileset: the row of a tileset whose tiles follow in the same transaction.
-- Values: geography_id, version, minimum_zoom, maximum_zoom, bounds (JSON: west, south, east, north in degrees, EPSG:4326), features.
-- A row of the same version that was left incomplete is taken over, its tiles deleted. Gives id.
-- Called by geo.tiles.geometry_plane.
WITH stale AS (
    DELETE FROM geo_tile
    WHERE tileset_id IN (SELECT id FROM geo_tileset WHERE geography_id = %(geography_id)s AND version = %(version)s)
)
INSERT INTO geo_tileset (geography_id, version, is_complete, minimum_zoom, maximum_zoom, bounds, features, tiles, bytes, made_at)
VALUES (
    %(geography_id)s, %(version)s, FALSE, %(minimum_zoom)s, %(maximum_zoom)s, %(bounds)s, %(features)s, 0, 0, clock_timestamp()
)
ON CONFLICT (geography_id, version) DO UPDATE
    SET bounds = excluded.bounds, features = excluded.features, made_at = excluded.made_at
RETURNING id
