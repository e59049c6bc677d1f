-- counted_polls: the figures of every poll with how many users were shown it.
-- From: poll_statistics, poll_exposure.
-- Columns: as of poll_statistics, and window_seen and before_seen, as of poll_exposure, 0 without impressions.
SELECT
  poll_statistics.*,
  COALESCE(poll_exposure.window_seen, 0) AS window_seen,
  COALESCE(poll_exposure.before_seen, 0) AS before_seen
FROM poll_statistics
LEFT JOIN poll_exposure ON poll_exposure.poll_id = poll_statistics.poll_id
