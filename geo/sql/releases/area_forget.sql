-- area_forget: delete the areas that are in no source any more and of which no release speaks.
-- No arguments. Called by geo.releases.areas_store, after area_step_aside and with the links of areas already replaced.
DELETE FROM geo_area AS a
WHERE a.feature_id < 0
  AND NOT EXISTS (SELECT 1 FROM area_filling AS f WHERE f.code = a.code AND f.vintage = a.vintage)
  AND NOT EXISTS (SELECT 1 FROM geo_observation AS o WHERE o.area_id = a.id);
