-- slice_keys: the keys of one slice that a release holds, by its public names.
-- Values: release_id; tileset, indicator, period, stratum = slugs. No row = the release does not hold it.
-- Called by geo.tiles.layers; plan asserted in tests/plans/test_tiles.py.
SELECT
    held.geography_id,
    held.indicator_id,
    held.period_id,
    held.stratum_id
FROM geo_availability AS held
INNER JOIN geo_geography AS geography ON geography.id = held.geography_id
INNER JOIN geo_indicator AS indicator ON indicator.id = held.indicator_id
INNER JOIN geo_period AS period ON period.id = held.period_id
INNER JOIN geo_stratum AS stratum ON stratum.id = held.stratum_id
WHERE
    held.release_id = %(release_id)s
    AND geography.slug = %(tileset)s
    AND indicator.slug = %(indicator)s
    AND period.slug = %(period)s
    AND stratum.slug = %(stratum)s
