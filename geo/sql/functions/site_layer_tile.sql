-- site_layer_tile: one vector tile of the sites of one kind (schools, hospitals ...), as points.
-- Arguments: tile_z, tile_x, tile_y address (WebMercatorQuad), buffer 64 of 4096 units; site_kind; layer = its name in the tile; release key.
-- Geometry: EPSG:3857 as stored, so the index is used. Features in id order: same data, same bytes.
-- Null instead of a tile = the release is not (or no longer) published.
-- Called by geo.tiles.finished_tiles; plan asserted in tests/plans/test_tiles.py.
CREATE OR REPLACE FUNCTION site_layer_tile(
    tile_z integer,
    tile_x integer,
    tile_y integer,
    layer text,
    release_key integer,
    site_kind text
)
RETURNS bytea
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
AS $$
DECLARE
    envelope_box box2d := ST_TileEnvelope(tile_z, tile_x, tile_y)::box2d;
    buffered geometry := ST_TileEnvelope(tile_z, tile_x, tile_y, margin => 64.0 / 4096);
    drawn bytea;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM geo_release AS release WHERE release.id = release_key AND release.state = 'published') THEN
        RETURN NULL;
    END IF;
    SELECT ST_AsMVT(feature, layer, 4096, 'geom', 'feature_id' ORDER BY feature.feature_id)
    INTO drawn
    FROM (
        SELECT
            site.feature_id,
            site.code,
            site.name,
            site.kind,
            ST_AsMVTGeom(site.point_3857, envelope_box, 4096, 64, TRUE) AS geom
        FROM geo_site AS site
        WHERE
            site.kind = site_kind
            AND site.point_3857 && buffered
    ) AS feature
    WHERE feature.geom IS NOT NULL;
    RETURN coalesce(drawn, ''::bytea);
END
$$
