-- columns_of_tables: every column of every table that holds rows of its own, partitions and staged tables among them.
-- Arguments: none. Tables of PostgreSQL itself and temporary ones are left out. kind: its base type, as pg_type names it.
-- Called by geo.operations.searching.
SELECT
  n.nspname AS schema_name,
  c.relname AS table_name,
  a.attname AS column_name,
  coalesce(b.typname, t.typname) AS kind
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_type AS b ON b.oid = nullif(t.typbasetype, 0)
WHERE c.relkind IN ('r', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND NOT pg_is_other_temp_schema(n.oid)
ORDER BY n.nspname, c.relname, a.attnum
