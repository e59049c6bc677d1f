-- poll_counts: votes that stand for each option. Author votes are not counted; an option without votes has no row.
-- From: clean_votes.
-- Columns: poll_id, option_id, votes.
SELECT poll_id, option_id, COUNT(*) AS votes
FROM clean_votes
WHERE NOT is_author
GROUP BY poll_id, option_id
