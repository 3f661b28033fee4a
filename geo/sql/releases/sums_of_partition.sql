-- sums_of_partition: how many rows one release's observations have, and the sums of their numbers, as they lie in the database.
-- Arguments: {partition} the table's name. Called by geo.releases.store, which compares them with what was sent, before anything is attached.
SELECT
    count(*),
    coalesce(sum(numerator), 0),
    coalesce(sum(denominator), 0),
    coalesce(sum(value), 0)
FROM {partition}
