-- training_votes: the votes that models learn, all of a user in a row and in order of time. Author votes express no taste.
-- From: clean_votes.
-- Columns: user_id, poll_id, option_id, occurred_at.
SELECT user_id, poll_id, option_id, occurred_at
FROM clean_votes
WHERE NOT is_author
ORDER BY user_id, occurred_at, recorded_at, poll_id
