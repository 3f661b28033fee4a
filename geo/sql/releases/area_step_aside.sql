-- area_step_aside: areas whose number changes, or that are in no source any more, give their number free.
-- Numbers are unique within a geography at every moment, so the old ones go below zero (by the row's own id) before new ones are set.
-- An area that is in no source any more keeps its row, for older releases speak of it: it loses its shapes and ends today.
-- No arguments. Called by geo.releases.areas_store.
UPDATE geo_area AS a
SET
  feature_id = -a.id,
  valid_to = CASE WHEN f.code IS NULL THEN coalesce(a.valid_to, current_date) ELSE a.valid_to END,
  geometry_27700 = CASE WHEN f.code IS NULL THEN NULL ELSE a.geometry_27700 END,
  geometry_3857 = CASE WHEN f.code IS NULL THEN NULL ELSE a.geometry_3857 END
FROM geo_area AS own
LEFT JOIN area_filling AS f ON f.code = own.code AND f.vintage = own.vintage
WHERE own.id = a.id
  AND a.feature_id IS DISTINCT FROM f.feature_id
  AND a.feature_id > 0;
