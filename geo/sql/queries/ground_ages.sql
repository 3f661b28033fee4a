-- ground_ages: residents of Census 2021 of neighbourhoods of 2021 by five-year band, 0-4 to 80-84 and 85 and over.
-- Arguments: geography key of these neighbourhoods. Rows by feature id, none where the census was not at hand when areas were made.
-- Called by geo.queries.ground.
SELECT
    a.feature_id,
    g.bands
FROM geo_areaages AS g
INNER JOIN geo_area AS a ON g.area_id = a.id
WHERE a.geography_id = %(geography)s AND a.feature_id > 0
ORDER BY a.feature_id
