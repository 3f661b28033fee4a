-- grains: the grain of indicators in systems of one release.
-- Arguments: release; indicator, systems (keys): nulls match everything. Rows by indicator, stratum and system.
-- Called by geo.queries.grain.
SELECT
    i.slug AS indicator,
    s.slug AS stratum,
    a.code AS system_code,
    a.name AS system_name,
    a.vintage AS system_vintage,
    g.geography_id,
    g.periods,
    g.reason,
    g.parameters
FROM geo_grain AS g
INNER JOIN geo_indicator AS i ON g.indicator_id = i.id
INNER JOIN geo_stratum AS s ON g.stratum_id = s.id
INNER JOIN geo_area AS a ON g.system_id = a.id
WHERE
    g.release_id = %(release)s
    AND (%(indicator)s::integer IS NULL OR g.indicator_id = %(indicator)s)
    AND (%(systems)s::integer[] IS NULL OR g.system_id = ANY(%(systems)s))
ORDER BY i.slug, g.stratum_id, a.code, a.vintage
