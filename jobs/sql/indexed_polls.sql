-- indexed_polls: all polls as they stand, for the catalogue.
-- From: clean_polls.
-- Columns: as of clean_polls.
SELECT *
FROM clean_polls
