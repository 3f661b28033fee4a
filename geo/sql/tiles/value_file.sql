-- value_file: key and validator of one stored value file.
-- Values: release_id, geography_id, indicator_id, period_id, stratum_id, kind (main, limits or estimates).
-- Called by geo.tiles.value_files; plan asserted in tests/plans/test_tiles.py.
SELECT
    file.id,
    file.etag
FROM geo_valuefile AS file
WHERE
    file.release_id = %(release_id)s
    AND file.geography_id = %(geography_id)s
    AND file.indicator_id = %(indicator_id)s
    AND file.period_id = %(period_id)s
    AND file.stratum_id = %(stratum_id)s
    AND file.kind = %(kind)s
