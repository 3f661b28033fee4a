-- subtree_tiles: every stored vector tile of one geography below one tile address, down to a last zoom.
-- Values: z, x, y = root address (WebMercatorQuad); last_z = deepest zoom; geography_id; layer = name of the layer in the tile.
-- Geometry: EPSG:3857 as stored; each shape is clipped to the buffered root once, and each piece again to its four children, so that a
-- tile only ever handles what lies in its parent. Buffer 64 of 4096 units.
-- No area is dropped: where clipping to the tile's whole-number grid leaves nothing of a piece, it is drawn as a one-unit square, in each
-- tile with which it shares more than half a square unit, and in the tile that contains the inner point of the whole area.
-- Gives (z, x, y, tile), uncompressed; features ordered by id: same shapes, same bytes. Tiles without an area are left out.
-- Called by geo.tiles.geometry_plane; judged against plain set operations in tests/geo/tiles/test_geometry_plane.py.
WITH RECURSIVE
pieces (z, x, y, feature_id, code, geom) AS (
    SELECT
        root.z,
        root.x,
        root.y,
        area.feature_id,
        area.code,
        ST_ClipByBox2D(area.geometry_3857, root.box)
    FROM (
        SELECT
            %(z)s::integer AS z,
            %(x)s::integer AS x,
            %(y)s::integer AS y,
            ST_TileEnvelope(%(z)s::integer, %(x)s::integer, %(y)s::integer, margin => 64.0 / 4096) AS box
    ) AS root
    INNER JOIN geo_area AS area ON area.geometry_3857 && root.box
    WHERE area.geography_id = %(geography_id)s
    UNION ALL
    SELECT
        child.z,
        child.x,
        child.y,
        piece.feature_id,
        piece.code,
        ST_ClipByBox2D(piece.geom, child.box)
    FROM pieces AS piece
    CROSS JOIN LATERAL (
        SELECT
            piece.z + 1 AS z,
            2 * piece.x + step.x AS x,
            2 * piece.y + step.y AS y,
            ST_TileEnvelope(piece.z + 1, 2 * piece.x + step.x, 2 * piece.y + step.y, margin => 64.0 / 4096) AS box
        FROM (VALUES (0, 0), (1, 0), (0, 1), (1, 1)) AS step (x, y)
    ) AS child
    WHERE
        piece.z < %(last_z)s
        AND piece.geom && child.box
),
drawn AS (
    SELECT
        piece.z,
        piece.x,
        piece.y,
        piece.feature_id,
        piece.code,
        piece.geom,
        tile.envelope,
        ST_AsMVTGeom(piece.geom, tile.envelope, 4096, 64, TRUE) AS tile_geom
    FROM pieces AS piece
    CROSS JOIN LATERAL (SELECT ST_TileEnvelope(piece.z, piece.x, piece.y) AS envelope) AS tile
    WHERE NOT ST_IsEmpty(piece.geom)
),
whole AS (
    SELECT
        drawn.z,
        drawn.x,
        drawn.y,
        drawn.feature_id,
        drawn.code,
        coalesce(drawn.tile_geom, square.geom) AS geom
    FROM drawn
    LEFT JOIN LATERAL (
        SELECT collapsed_square(area.geometry_3857, drawn.geom, drawn.envelope) AS geom
        FROM geo_area AS area
        WHERE
            drawn.tile_geom IS NULL
            AND drawn.geom && drawn.envelope
            AND area.geography_id = %(geography_id)s
            AND area.feature_id = drawn.feature_id
    ) AS square ON TRUE
)
SELECT
    whole.z,
    whole.x,
    whole.y,
    ST_AsMVT(feature, %(layer)s, 4096, 'geom', 'feature_id' ORDER BY feature.feature_id) AS tile
FROM whole
CROSS JOIN LATERAL (SELECT whole.feature_id, whole.code, whole.geom) AS feature
WHERE whole.geom IS NOT NULL
GROUP BY whole.z, whole.x, whole.y
ORDER BY whole.z, whole.x, whole.y
