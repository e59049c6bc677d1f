-- counted_votes: how much was counted, for the step's result.
-- From: poll_counts, clean_polls.
-- Columns: votes, options (with votes), polls (with votes or without). One row.
SELECT
  COALESCE(SUM(votes), 0) AS votes,
  COUNT(*) AS options,
  (SELECT COUNT(*) FROM clean_polls) AS polls
FROM poll_counts
