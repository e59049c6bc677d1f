-- training_totals: how much there is to learn from.
-- From: clean_votes.
-- Columns: votes, users, newest_at (UNIX milliseconds, NULL where there is no vote). One row.
SELECT COUNT(*) AS votes, COUNT(DISTINCT user_id) AS users, UNIX_MILLIS(MAX(occurred_at)) AS newest_at
FROM clean_votes
WHERE NOT is_author
