-- poll_traffic: all votes by hour before the newest one, over the newest 8 windows: what a poll's own votes are measured by.
-- From: dated_votes. Parameters: @window_ms (INT64), as for poll_statistics.
-- Columns: hour (INT64, 0 for the newest), established_votes and first_votes. Hours without votes have no row.
WITH newest AS (
  SELECT MAX(voted_at) AS voted_at FROM dated_votes
)
SELECT
  CAST(FLOOR((newest.voted_at - dated_votes.voted_at) / 3600000) AS INT64) AS hour,
  COUNTIF(dated_votes.is_established) AS established_votes,
  COUNTIF(NOT dated_votes.is_established) AS first_votes
FROM dated_votes
CROSS JOIN newest
WHERE newest.voted_at - dated_votes.voted_at < 8 * @window_ms
GROUP BY hour
