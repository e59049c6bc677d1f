-- voters: who voted, for drawing users.
-- From: clean_votes.
-- Columns: user_id. One row for each.
SELECT DISTINCT user_id
FROM clean_votes
WHERE NOT is_author
