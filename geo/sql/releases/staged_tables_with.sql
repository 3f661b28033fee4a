-- staged_tables_with: tables in the schema staging that have a column of this name, but not those that are being filled.
-- Argument: name of the column.
-- Called by geo.releases.areas_inputs.
SELECT c.table_name::text
FROM information_schema.columns AS c
WHERE c.table_schema = 'staging'
  AND c.column_name = %s
  AND c.table_name NOT LIKE '%%\_\_new'
ORDER BY c.table_name;
