-- cells_digest: what the tiles of the drawn cells are made of, as one digest, with their number and extent.
-- No values. Gives digest (sha256 over id and number in id order, for the number says the shape, and over the PostGIS version, whose
-- rounding makes the bytes), features, and west, south, east, north in degrees (EPSG:4326). digest is null where there are no cells.
-- Called by geo.tiles.geometry_plane; tested in tests/geo/tiles/test_cell_tiles.py.
SELECT
    encode(
        sha256(
            string_agg(int4send(cell.feature_id) || int8send(cell.h3), ''::bytea ORDER BY cell.feature_id)
            || convert_to(postgis_lib_version(), 'UTF8')
        ),
        'hex'
    ) AS digest,
    count(*) AS features,
    ST_XMin(ST_Transform(ST_SetSRID(ST_Extent(cell.geometry_3857)::geometry, 3857), 4326)) AS west,
    ST_YMin(ST_Transform(ST_SetSRID(ST_Extent(cell.geometry_3857)::geometry, 3857), 4326)) AS south,
    ST_XMax(ST_Transform(ST_SetSRID(ST_Extent(cell.geometry_3857)::geometry, 3857), 4326)) AS east,
    ST_YMax(ST_Transform(ST_SetSRID(ST_Extent(cell.geometry_3857)::geometry, 3857), 4326)) AS north
FROM geo_cell AS cell
