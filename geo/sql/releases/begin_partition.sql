-- begin_partition: an empty table shaped like the observations, not yet part of them.
-- Arguments: {partition} the table's name, {release_id} its release. Filled by COPY, given indexes, then attached: rows are never half visible.
-- The check lets PostgreSQL attach it without reading it again. Called by geo.releases.store.
CREATE TABLE {partition} (
    LIKE geo_observation INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    CONSTRAINT {release_check} CHECK (release_id = {release_id})
)
