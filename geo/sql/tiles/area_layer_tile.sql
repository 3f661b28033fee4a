-- area_layer_tile: one finished tile of areas; see the function of that name.
-- Values: z, x, y, layer, keys of the slice, and the words of the stored numbers.
-- Called by geo.tiles.finished_tiles.
SELECT
    area_layer_tile(
        %(z)s::integer,
        %(x)s::integer,
        %(y)s::integer,
        %(layer)s::text,
        %(release_id)s::integer,
        %(indicator_id)s::integer,
        %(geography_id)s::smallint,
        %(period_id)s::integer,
        %(stratum_id)s::smallint,
        %(status_words)s::text[],
        %(basis_words)s::text[],
        %(comparison_words)s::text[],
        %(reason_words)s::text[]
    )
