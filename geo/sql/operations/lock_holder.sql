-- lock_holder: which process holds our advisory lock, and since when.
-- Argument: the number of the lock. No row when nobody holds it.
-- Called by geo.operations.locks.
SELECT
  a.application_name,
  a.pid,
  to_char(a.backend_start, 'HH24:MI')
FROM pg_locks AS l
JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = %s
LIMIT 1;
