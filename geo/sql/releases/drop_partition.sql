-- drop_partition: removes the observations of one release, whole.
-- Arguments: {partition} the table's name. Called by geo.releases.store.
DROP TABLE IF EXISTS {partition}
