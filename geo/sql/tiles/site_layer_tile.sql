-- site_layer_tile: one finished tile of sites; see the function of that name.
-- Values: z, x, y, layer, release_id, kind. Called by geo.tiles.finished_tiles.
SELECT
    site_layer_tile(
        %(z)s::integer,
        %(x)s::integer,
        %(y)s::integer,
        %(layer)s::text,
        %(release_id)s::integer,
        %(kind)s::text
    )
