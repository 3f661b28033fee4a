-- area_layer_tile: one vector tile of areas with one published indicator inside, for clients that do not join value files.
-- Arguments: tile_z, tile_x, tile_y address (WebMercatorQuad), buffer 64 of 4096 units; layer = its name in the tile; release, indicator,
-- geography, period, stratum keys; status_words, basis_words, comparison_words, reason_words: names of the stored numbers, from 0.
-- Geometry: EPSG:3857 as stored, never transformed here, so the index is used; selected with the buffered box; an area of which the
-- grid leaves nothing is drawn as a one-unit square (collapsed_square).
-- Null value = see status and reason; an area without an observation is missing, reason not_in_source. Features in id order: same data,
-- same bytes. Null instead of a tile = the release is not (or no longer) published.
-- Called by geo.tiles.finished_tiles; plan asserted in tests/plans/test_tiles.py.
CREATE OR REPLACE FUNCTION area_layer_tile(
    tile_z integer,
    tile_x integer,
    tile_y integer,
    layer text,
    release_key integer,
    indicator_key integer,
    geography_key smallint,
    period_key integer,
    stratum_key smallint,
    status_words text[],
    basis_words text[],
    comparison_words text[],
    reason_words text[]
)
RETURNS bytea
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
AS $$
DECLARE
    envelope geometry := ST_TileEnvelope(tile_z, tile_x, tile_y);
    buffered geometry := ST_TileEnvelope(tile_z, tile_x, tile_y, margin => 64.0 / 4096);
    envelope_box box2d := envelope::box2d;
    buffered_box box2d := buffered::box2d;
    drawn bytea;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM geo_release AS release WHERE release.id = release_key AND release.state = 'published') THEN
        RETURN NULL;
    END IF;
    SELECT ST_AsMVT(feature, layer, 4096, 'geom', 'feature_id' ORDER BY feature.feature_id)
    INTO drawn
    FROM (
        SELECT
            area.feature_id,
            area.code,
            area.name,
            observed.value,
            observed.lower,
            observed.upper,
            coalesce(status_words[observed.status + 1], 'missing') AS status,
            basis_words[observed.basis + 1] AS basis,
            comparison_words[observed.comparison + 1] AS comparison,
            observed.is_reliable,
            CASE
                WHEN observed.area_id IS NULL THEN 'not_in_source'
                WHEN observed.reason > 0 THEN reason_words[observed.reason + 1]
            END AS reason,
            coalesce(
                ST_AsMVTGeom(ST_ClipByBox2D(area.geometry_3857, buffered_box), envelope_box, 4096, 64, TRUE),
                collapsed_square(area.geometry_3857, area.geometry_3857, envelope)
            ) AS geom
        FROM geo_area AS area
        LEFT JOIN geo_observation AS observed
            ON
                observed.release_id = release_key
                AND observed.indicator_id = indicator_key
                AND observed.geography_id = geography_key
                AND observed.period_id = period_key
                AND observed.stratum_id = stratum_key
                AND observed.area_id = area.id
        WHERE
            area.geography_id = geography_key
            AND area.geometry_3857 && buffered
    ) AS feature
    WHERE feature.geom IS NOT NULL;
    RETURN coalesce(drawn, ''::bytea);
END
$$
