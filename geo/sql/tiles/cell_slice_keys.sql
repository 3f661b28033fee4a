-- cell_slice_keys: the keys of one slice that a release holds by cells, by its public names.
-- Values: release_id; tileset (of the cells), indicator, period, stratum = slugs. No row = the release does not hold it by cells.
-- Called by geo.tiles.layers; plan asserted in tests/plans/test_tiles.py.
SELECT
    geography.id AS geography_id,
    held.indicator_id,
    held.period_id,
    held.stratum_id
FROM geo_cellslice AS held
INNER JOIN geo_geography AS geography ON geography.slug = %(tileset)s
INNER JOIN geo_indicator AS indicator ON indicator.id = held.indicator_id
INNER JOIN geo_period AS period ON period.id = held.period_id
INNER JOIN geo_stratum AS stratum ON stratum.id = held.stratum_id
WHERE
    held.release_id = %(release_id)s
    AND indicator.slug = %(indicator)s
    AND period.slug = %(period)s
    AND stratum.slug = %(stratum)s
