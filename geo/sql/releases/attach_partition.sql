-- attach_partition: makes the filled table a part of the observations.
-- Arguments: {partition} the table's name, {release_id} its release. Called by geo.releases.store.
ALTER TABLE geo_observation ATTACH PARTITION {partition} FOR VALUES IN ({release_id})
