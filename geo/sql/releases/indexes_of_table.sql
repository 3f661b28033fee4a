-- indexes_of_table: what a table's copy must get besides its columns: keys, unique rules, plain indexes and foreign keys.
-- Arguments: table name (twice), in schema public.
-- Gives kind (p, u, f as in pg_constraint; i = index without a constraint), name, and the definition without its name.
-- Called by geo.releases.swap. Check constraints are not listed: LIKE ... INCLUDING CONSTRAINTS copies them.
SELECT
  c.contype::text AS kind,
  c.conname::text AS name,
  pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint AS c
WHERE c.conrelid = format('public.%%I', %s::text)::regclass
  AND c.contype IN ('p', 'u', 'f')
UNION ALL
SELECT
  'i',
  r.relname::text,
  substring(pg_get_indexdef(i.indexrelid) FROM ' (USING .*)$')
FROM pg_index AS i
JOIN pg_class AS r ON r.oid = i.indexrelid
WHERE i.indrelid = format('public.%%I', %s::text)::regclass
  AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
ORDER BY kind, name;
