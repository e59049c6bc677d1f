-- suspected_bots: users whose pace no reader keeps up. They get recommendations, but nothing is learned from them.
-- From: clean_events. Parameters: @bot_votes (INT64) and @bot_gap_ms (INT64).
-- A user is suspected who voted on @bot_votes polls or more, where over half of the gaps between one new poll and the
-- next are shorter than @bot_gap_ms. Gaps of zero say nothing and are not looked at: votes imported without a time, or
-- sent as one batch, have the same one. Votes as author are not looked at.
-- Columns: user_id, votes (on different polls).
WITH first_votes AS (
  SELECT user_id, poll_id, MIN(UNIX_MILLIS(occurred_at)) AS voted_at
  FROM clean_events
  WHERE kind = 'VOTE' AND NOT is_author
  GROUP BY user_id, poll_id
),
gaps AS (
  SELECT user_id, voted_at - LAG(voted_at) OVER (PARTITION BY user_id ORDER BY voted_at) AS gap
  FROM first_votes
)
SELECT user_id, COUNT(*) AS votes
FROM gaps
GROUP BY user_id
HAVING COUNT(*) >= @bot_votes
  AND COUNTIF(gap > 0) + 1 >= @bot_votes
  AND 2 * COUNTIF(gap > 0 AND gap < @bot_gap_ms) > COUNTIF(gap > 0)
