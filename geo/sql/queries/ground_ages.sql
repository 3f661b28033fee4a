-- ground_ages: residents of Census 2021 of neighbourhoods of 2021 by five-year band, 0-4 to 80-84 and 85 and over.
-- Arguments: geography key of these neighbourhoods. Rows by feature id.
-- Reads the staged file staging.census2021_age_lsoa21. Called by geo.queries.ground where that is loaded.
SELECT
    a.feature_id,
    ARRAY[
        m.aged_0_4,
        m.aged_5_9,
        m.aged_10_14,
        m.aged_15_19,
        m.aged_20_24,
        m.aged_25_29,
        m.aged_30_34,
        m.aged_35_39,
        m.aged_40_44,
        m.aged_45_49,
        m.aged_50_54,
        m.aged_55_59,
        m.aged_60_64,
        m.aged_65_69,
        m.aged_70_74,
        m.aged_75_79,
        m.aged_80_84,
        m.aged_85_plus
    ] AS bands
FROM staging.census2021_age_lsoa21 AS m
INNER JOIN geo_area AS a ON m.lsoa21_code = a.code
WHERE a.geography_id = %(geography)s AND a.feature_id > 0
ORDER BY a.feature_id
