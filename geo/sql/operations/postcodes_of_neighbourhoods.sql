-- postcodes_of_neighbourhoods: live postcodes of LSOAs of 2021, as the look-ups give them.
-- Argument: codes of LSOAs. Rows in order of LSOA and postcode; LSOAs without a postcode are not there.
-- Called by geo.operations.synthesising.
SELECT
  a.code AS lsoa21_code,
  p.postcode
FROM geo_postcode AS p
JOIN geo_area AS a ON a.id = p.lsoa21_id
WHERE a.code = ANY(%s)
ORDER BY a.code, p.postcode
