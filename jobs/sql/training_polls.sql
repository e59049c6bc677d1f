-- training_polls: the polls that models learn. Closed and hidden ones stay, since they may come back and their votes tell
-- something; removed ones do not.
-- From: clean_polls.
-- Columns: poll_id, question, topics, language, option_ids. Newest first, which decides between equal scores.
SELECT poll_id, question, topics, language, option_ids
FROM clean_polls
WHERE status <> 'REMOVED'
ORDER BY created_at DESC, poll_id
