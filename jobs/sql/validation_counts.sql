-- validation_counts: what the raw events are made of. One row.
-- From: events, polls. Parameters: @kinds (ARRAY<STRING>), the kinds of event there are.
-- Columns: see the aliases. unknown_options: votes on known polls for an option that the poll, as last recorded, has not.
WITH last_polls AS (
  SELECT poll_id, option_ids, question
  FROM polls
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY poll_id ORDER BY recorded_at DESC, arrival DESC) = 1
),
known_options AS (
  SELECT last_polls.poll_id, option_id
  FROM last_polls
  CROSS JOIN UNNEST(last_polls.option_ids) AS option_id
)
SELECT
  COUNT(*) AS events,
  COUNT(DISTINCT events.event_id) AS different_ids,
  COUNTIF(events.kind = 'VOTE') AS votes,
  COUNTIF(events.kind = 'IMPRESSION') AS impressions,
  COUNTIF(events.kind NOT IN UNNEST(@kinds)) AS unknown_kinds,
  COUNTIF(COALESCE(events.event_id, '') = '') AS without_event_id,
  COUNTIF(COALESCE(events.user_id, '') = '') AS without_user_id,
  COUNTIF(COALESCE(events.poll_id, '') = '') AS without_poll_id,
  COUNTIF(events.occurred_at IS NULL OR events.recorded_at IS NULL) AS without_time,
  COUNTIF(events.kind = 'VOTE' AND COALESCE(events.option_id, '') = '') AS votes_without_option,
  COUNTIF(events.occurred_at > events.recorded_at) AS after_recording,
  COUNTIF(last_polls.poll_id IS NULL) AS unknown_polls,
  COUNTIF(events.kind = 'VOTE' AND last_polls.poll_id IS NOT NULL AND known_options.option_id IS NULL) AS unknown_options,
  (SELECT COUNT(*) FROM last_polls) AS polls,
  (SELECT COUNTIF(COALESCE(question, '') = '') FROM last_polls) AS polls_without_question
FROM events
LEFT JOIN last_polls ON last_polls.poll_id = events.poll_id
LEFT JOIN known_options
  ON known_options.poll_id = events.poll_id AND known_options.option_id = events.option_id
