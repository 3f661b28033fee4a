-- collapsed_square: the one-unit square (tile units of 4096, y downwards) that stands for a shape of which the tile's grid leaves nothing.
-- Arguments: shape = the whole area; piece = its part in the buffered tile; envelope = the tile without its buffer. All EPSG:3857.
-- The square holds the inner point of the area if that lies in the tile, else an inner point of the part that lies in the tile, if
-- that part is larger than half a square unit. Null where neither is so: a neighbouring tile draws the area.
-- The ring runs as the vector tile format asks of an outer ring (positive area with y downwards).
-- Called by geo/sql/tiles/subtree_tiles.sql and area_layer_tile; tested in tests/geo/tiles/test_geometry_plane.py.
CREATE OR REPLACE FUNCTION collapsed_square(shape geometry, piece geometry, envelope geometry)
RETURNS geometry
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
AS $$
DECLARE
    unit double precision := (ST_XMax(envelope) - ST_XMin(envelope)) / 4096;
    point geometry := ST_PointOnSurface(shape);
    shared geometry;
    column_ integer;
    row_ integer;
BEGIN
    column_ := floor((ST_X(point) - ST_XMin(envelope)) / unit);
    row_ := floor((ST_YMax(envelope) - ST_Y(point)) / unit);
    IF column_ NOT BETWEEN 0 AND 4095 OR row_ NOT BETWEEN 0 AND 4095 THEN
        shared := ST_ClipByBox2D(piece, envelope::box2d);
        IF ST_Area(shared) <= unit * unit / 2 THEN
            RETURN NULL;
        END IF;
        point := ST_PointOnSurface(shared);
        column_ := least(greatest(floor((ST_X(point) - ST_XMin(envelope)) / unit), 0), 4095);
        row_ := least(greatest(floor((ST_YMax(envelope) - ST_Y(point)) / unit), 0), 4095);
    END IF;
    RETURN ST_ForcePolygonCCW(ST_MakeEnvelope(column_, row_, column_ + 1, row_ + 1));
END
$$
