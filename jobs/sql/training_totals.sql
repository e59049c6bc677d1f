-- training_totals: how much there is to learn from.
-- From: clean_votes.
-- Columns: votes, users. One row.
SELECT COUNT(*) AS votes, COUNT(DISTINCT user_id) AS users
FROM clean_votes
WHERE NOT is_author
