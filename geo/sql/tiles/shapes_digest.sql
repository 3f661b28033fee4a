-- shapes_digest: what the tiles of one geography are made of, as one digest, with their number and extent.
-- Values: geography_id.
-- Gives digest (sha256 over id, code and shape in id order, and over the PostGIS version, whose rounding makes the bytes), features,
-- and west, south, east, north in degrees (EPSG:4326). digest is null where no area has a shape.
-- Called by geo.tiles.geometry_plane; tested in tests/geo/tiles/test_geometry_plane.py.
SELECT
    encode(
        sha256(
            string_agg(
                sha256(int4send(area.feature_id) || convert_to(area.code, 'UTF8') || ST_AsBinary(area.geometry_3857)),
                ''::bytea
                ORDER BY area.feature_id
            )
            || convert_to(postgis_lib_version(), 'UTF8')
        ),
        'hex'
    ) AS digest,
    count(*) AS features,
    ST_XMin(ST_Transform(ST_SetSRID(ST_Extent(area.geometry_3857)::geometry, 3857), 4326)) AS west,
    ST_YMin(ST_Transform(ST_SetSRID(ST_Extent(area.geometry_3857)::geometry, 3857), 4326)) AS south,
    ST_XMax(ST_Transform(ST_SetSRID(ST_Extent(area.geometry_3857)::geometry, 3857), 4326)) AS east,
    ST_YMax(ST_Transform(ST_SetSRID(ST_Extent(area.geometry_3857)::geometry, 3857), 4326)) AS north
FROM geo_area AS area
WHERE
    area.geography_id = %(geography_id)s
    AND area.geometry_3857 IS NOT NULL
