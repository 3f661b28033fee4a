-- area_filling: a temporary table like that of areas, without its own ids, in which the new rows are gathered.
-- No arguments; gone at the end of the transaction.
-- Called by geo.releases.areas_store.
CREATE TEMPORARY TABLE area_filling ON COMMIT DROP AS
SELECT
  geography_id, code, vintage, name, other_name, ods_code, feature_id, valid_from, valid_to, population, population_year,
  centroid_27700, geometry_27700, geometry_3857
FROM geo_area
WITH NO DATA;
