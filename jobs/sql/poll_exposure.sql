-- poll_exposure: how many users were shown each poll in the newest window, and in the seven before it. Who reloads a page is
-- counted once in each. Suspected bots and erased users are left out.
-- From: events, clean_users, dated_votes, suspected_bots. Parameters: @window_ms (INT64), as for poll_statistics.
-- Columns: poll_id, window_seen, before_seen. Polls without impressions have no row.
WITH newest AS (
  SELECT MAX(voted_at) AS voted_at FROM dated_votes
),
shown AS (
  SELECT
    events.poll_id,
    COALESCE(clean_users.clean_user_id, events.user_id) AS user_id,
    newest.voted_at - UNIX_MILLIS(LEAST(events.occurred_at, events.recorded_at)) AS age
  FROM events
  CROSS JOIN newest
  LEFT JOIN clean_users
    ON clean_users.user_id = events.user_id
    AND events.recorded_at > clean_users.recorded_after
    AND events.recorded_at <= clean_users.recorded_through
  LEFT JOIN suspected_bots
    ON suspected_bots.user_id = COALESCE(clean_users.clean_user_id, events.user_id)
  WHERE events.kind = 'IMPRESSION'
    AND suspected_bots.user_id IS NULL
    AND (
      clean_users.erased_through IS NULL
      OR LEAST(events.occurred_at, events.recorded_at) > clean_users.erased_through
    )
),
viewers AS (
  SELECT DISTINCT poll_id, user_id, age < @window_ms AS is_new
  FROM shown
  WHERE age >= 0 AND age < 8 * @window_ms
)
SELECT poll_id, COUNTIF(is_new) AS window_seen, COUNTIF(NOT is_new) AS before_seen
FROM viewers
GROUP BY poll_id
