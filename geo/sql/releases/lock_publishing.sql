-- lock_publishing: one publication, rollback or withdrawal at a time; held until the transaction ends.
-- Arguments: none. Readers are not held up: they see the row that was current until the commit. Called by geo.releases.publish.
LOCK TABLE geo_release IN SHARE ROW EXCLUSIVE MODE
