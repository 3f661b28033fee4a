-- index_partition: the key and the index by area of one release's observations, made once all rows are there, and their statistics.
-- Arguments: {partition} the table's name, {area_index} the name of the index. Called by geo.releases.store.
ALTER TABLE {partition}
    ADD PRIMARY KEY (release_id, indicator_id, geography_id, period_id, stratum_id, area_id);
CREATE INDEX {area_index} ON {partition} (release_id, area_id);
ANALYZE {partition}
