-- clean_interactions: what users did with polls besides voting, one row for each user, poll and sort of act.
-- From: clean_events, clean_answers.
-- Columns: user_id, poll_id, kind (IMPRESSION, SKIP, DISMISS or UNDO_DISMISS), times (how often seen; 1 for the other
-- kinds), occurred_at and recorded_at (of the last one). A skip that a vote or retraction followed is not there; of
-- DISMISS and UNDO_DISMISS the last one holds.
SELECT
  user_id,
  poll_id,
  'IMPRESSION' AS kind,
  COUNT(*) AS times,
  MAX(occurred_at) AS occurred_at,
  MAX(recorded_at) AS recorded_at
FROM clean_events
WHERE kind = 'IMPRESSION'
GROUP BY user_id, poll_id
UNION ALL
SELECT user_id, poll_id, kind, 1 AS times, occurred_at, recorded_at
FROM clean_answers
WHERE kind = 'SKIP'
UNION ALL
SELECT user_id, poll_id, kind, times, occurred_at, recorded_at
FROM (
  SELECT user_id, poll_id, kind, 1 AS times, occurred_at, recorded_at, arrival
  FROM clean_events
  WHERE kind IN ('DISMISS', 'UNDO_DISMISS')
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY user_id, poll_id ORDER BY occurred_at DESC, recorded_at DESC, arrival DESC
  ) = 1
) AS dismissals
