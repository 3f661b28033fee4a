-- known_tileset: one complete version of the tiles of a geography.
-- Values: slug of the geography, version.
-- Gives id, slug, version, minimum_zoom, maximum_zoom, bounds (JSON: degrees, EPSG:4326), features; no row where it is not complete.
-- Called by geo.tiles.stored_tiles; plan asserted in tests/plans/test_tiles.py.
SELECT
    tileset.id,
    geography.slug,
    tileset.version,
    tileset.minimum_zoom,
    tileset.maximum_zoom,
    tileset.bounds,
    tileset.features
FROM geo_tileset AS tileset
INNER JOIN geo_geography AS geography ON geography.id = tileset.geography_id
WHERE
    geography.slug = %(slug)s
    AND tileset.version = %(version)s
    AND tileset.is_complete
