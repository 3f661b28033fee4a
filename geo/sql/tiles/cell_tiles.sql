-- cell_tiles: every stored vector tile of the drawn cells below one tile address, down to a last zoom.
-- Values: z, x, y = root address (WebMercatorQuad); last_z = deepest zoom; layer = name of the layer in the tile.
-- Geometry: EPSG:3857 as stored, so the index is used; buffer 64 of 4096 units. A hexagon of which the tile's whole-number grid leaves
-- nothing is drawn as a one-unit square (collapsed_square), so that no cell is dropped.
-- Gives (z, x, y, tile), uncompressed; features ordered by id: same shapes, same bytes. Tiles without a cell are left out.
-- code: the cell's number in hexadecimal, for JavaScript's numbers lose it.
-- Called by geo.tiles.geometry_plane; tested in tests/geo/tiles/test_cell_tiles.py.
WITH RECURSIVE addresses (z, x, y) AS (
    SELECT
        %(z)s::integer AS z,
        %(x)s::integer AS x,
        %(y)s::integer AS y
    UNION ALL
    SELECT
        parent.z + 1,
        2 * parent.x + step.x,
        2 * parent.y + step.y
    FROM addresses AS parent
    CROSS JOIN (VALUES (0, 0), (1, 0), (0, 1), (1, 1)) AS step (x, y)
    WHERE parent.z < %(last_z)s
),
drawn AS (
    SELECT
        tile.z,
        tile.x,
        tile.y,
        cell.feature_id,
        to_hex(cell.h3) AS code,
        coalesce(
            ST_AsMVTGeom(cell.geometry_3857, ST_TileEnvelope(tile.z, tile.x, tile.y), 4096, 64, TRUE),
            collapsed_square(cell.geometry_3857, cell.geometry_3857, ST_TileEnvelope(tile.z, tile.x, tile.y))
        ) AS geom
    FROM addresses AS tile
    INNER JOIN geo_cell AS cell ON cell.geometry_3857 && ST_TileEnvelope(tile.z, tile.x, tile.y, margin => 64.0 / 4096)
)
SELECT
    drawn.z,
    drawn.x,
    drawn.y,
    ST_AsMVT(feature, %(layer)s, 4096, 'geom', 'feature_id' ORDER BY feature.feature_id) AS tile
FROM drawn
CROSS JOIN LATERAL (SELECT drawn.feature_id, drawn.code, drawn.geom) AS feature
WHERE drawn.geom IS NOT NULL
GROUP BY drawn.z, drawn.x, drawn.y
ORDER BY drawn.z, drawn.x, drawn.y
