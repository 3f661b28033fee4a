-- area_put: new areas in, known ones (code and vintage) brought up to date under the id that they have.
-- A row that is the same already is not written again.
-- No arguments. Called by geo.releases.areas_store.
INSERT INTO geo_area AS a (
  geography_id, code, vintage, name, other_name, ods_code, feature_id, valid_from, valid_to, population, population_year,
  centroid_27700, geometry_27700, geometry_3857
)
SELECT
  f.geography_id, f.code, f.vintage, f.name, f.other_name, f.ods_code, f.feature_id, f.valid_from, f.valid_to, f.population,
  f.population_year, f.centroid_27700, f.geometry_27700, f.geometry_3857
FROM area_filling AS f
ORDER BY f.geography_id, f.feature_id
ON CONFLICT (code, vintage) DO UPDATE
SET
  geography_id = excluded.geography_id,
  name = excluded.name,
  other_name = excluded.other_name,
  ods_code = excluded.ods_code,
  feature_id = excluded.feature_id,
  valid_from = excluded.valid_from,
  valid_to = excluded.valid_to,
  population = excluded.population,
  population_year = excluded.population_year,
  centroid_27700 = excluded.centroid_27700,
  geometry_27700 = excluded.geometry_27700,
  geometry_3857 = excluded.geometry_3857
WHERE (
  a.geography_id, a.name, a.other_name, a.ods_code, a.feature_id, a.valid_from, a.valid_to, a.population, a.population_year,
  a.centroid_27700::bytea, a.geometry_27700::bytea, a.geometry_3857::bytea
) IS DISTINCT FROM (
  excluded.geography_id, excluded.name, excluded.other_name, excluded.ods_code, excluded.feature_id, excluded.valid_from,
  excluded.valid_to, excluded.population, excluded.population_year,
  excluded.centroid_27700::bytea, excluded.geometry_27700::bytea, excluded.geometry_3857::bytea
);
