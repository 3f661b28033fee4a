-- current_tileset: the tileset version of a geography that clients should draw now.
-- Values: slug of the geography. The version that the current release names comes first, else the newest complete one.
-- Gives id, slug, version, minimum_zoom, maximum_zoom, bounds (JSON: degrees, EPSG:4326), features; no row where none is complete.
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
LEFT JOIN geo_release AS release ON release.is_current AND release.tilesets ->> geography.slug = tileset.version
WHERE
    geography.slug = %(slug)s
    AND tileset.is_complete
ORDER BY release.id NULLS LAST, tileset.made_at DESC, tileset.id DESC
LIMIT 1
