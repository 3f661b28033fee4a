-- value_file_content: the gzipped bytes of one stored value file.
-- Values: id. Called by geo.tiles.value_files; plan asserted in tests/plans/test_tiles.py.
SELECT file.content
FROM geo_valuefile AS file
WHERE file.id = %(id)s
