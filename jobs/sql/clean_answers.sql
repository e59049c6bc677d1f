-- clean_answers: how each user stands to each poll they voted on or skipped. The last one by (occurred_at, recorded_at,
-- arrival) holds, a retraction too.
-- From: clean_events.
-- Columns: user_id, poll_id, kind (VOTE, SKIP or RETRACTED), option_id (NULL unless VOTE), is_author, occurred_at,
-- recorded_at, first_voted_at (of all votes of the user on the poll, by the time of recording where the clock was ahead;
-- NULL without any). One row for each user and poll.
SELECT
  user_id,
  poll_id,
  CASE kind WHEN 'RETRACT_VOTE' THEN 'RETRACTED' ELSE kind END AS kind,
  option_id,
  is_author,
  occurred_at,
  recorded_at,
  MIN(CASE WHEN kind = 'VOTE' THEN LEAST(occurred_at, recorded_at) END) OVER (PARTITION BY user_id, poll_id)
    AS first_voted_at
FROM clean_events
WHERE kind IN ('VOTE', 'SKIP', 'RETRACT_VOTE')
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY user_id, poll_id ORDER BY occurred_at DESC, recorded_at DESC, arrival DESC
) = 1
