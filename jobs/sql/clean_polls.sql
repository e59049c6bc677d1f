-- clean_polls: the last recording of each poll.
-- From: polls, clean_users.
-- Columns: as in polls, without arrival. author_id is the user whom the author of that time was merged into, NULL where erased.
SELECT
  polls.poll_id,
  polls.question,
  polls.topics,
  polls.language,
  CASE
    WHEN LEAST(polls.created_at, polls.recorded_at) <= author.erased_through THEN NULL
    ELSE COALESCE(author.clean_user_id, polls.author_id)
  END AS author_id,
  polls.created_at,
  polls.closes_at,
  polls.status,
  polls.option_ids,
  polls.option_labels,
  polls.recorded_at
FROM polls
LEFT JOIN clean_users AS author
  ON author.user_id = polls.author_id
  AND LEAST(polls.created_at, polls.recorded_at) > author.recorded_after
  AND LEAST(polls.created_at, polls.recorded_at) <= author.recorded_through
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY polls.poll_id ORDER BY polls.recorded_at DESC, polls.arrival DESC) = 1
