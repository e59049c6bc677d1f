-- clean_events: every event that counts, once. Of several with one id the first recorded is taken; events of erased
-- users, on unknown polls and for unknown options are left out; merged users are mapped.
-- From: events, clean_polls, clean_users. Parameters: @kinds (ARRAY<STRING>), the kinds of event that are wanted.
-- Columns: user_id, poll_id, option_id (NULL unless a vote), kind, is_author, occurred_at, recorded_at, arrival.
-- Looking for repeated ids by their hashes first keeps the memory small: nearly no id is repeated. Rows that are alike in
-- everything, arrival too, are one event: BigQuery may store a row twice that it was handed once.
WITH repeated_prints AS (
  SELECT FARM_FINGERPRINT(event_id) AS print
  FROM events
  GROUP BY print
  HAVING COUNT(*) > 1
),
first_of_repeated AS (
  SELECT events.*
  FROM events
  JOIN repeated_prints ON repeated_prints.print = FARM_FINGERPRINT(events.event_id)
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY events.event_id ORDER BY events.recorded_at, events.arrival) = 1
),
single_events AS (
  SELECT events.*
  FROM events
  LEFT JOIN repeated_prints ON repeated_prints.print = FARM_FINGERPRINT(events.event_id)
  WHERE repeated_prints.print IS NULL
  UNION ALL
  SELECT * FROM first_of_repeated
),
known_options AS (
  SELECT clean_polls.poll_id, option_id
  FROM clean_polls
  CROSS JOIN UNNEST(clean_polls.option_ids) AS option_id
)
SELECT
  COALESCE(clean_users.clean_user_id, events.user_id) AS user_id,
  events.poll_id,
  events.option_id,
  events.kind,
  events.is_author,
  events.occurred_at,
  events.recorded_at,
  events.arrival
FROM single_events AS events
JOIN clean_polls ON clean_polls.poll_id = events.poll_id
LEFT JOIN known_options
  ON known_options.poll_id = events.poll_id AND known_options.option_id = events.option_id
LEFT JOIN clean_users
  ON clean_users.user_id = events.user_id
  AND events.recorded_at > clean_users.recorded_after
  AND events.recorded_at <= clean_users.recorded_through
WHERE events.kind IN UNNEST(@kinds)
  AND (events.kind <> 'VOTE' OR known_options.option_id IS NOT NULL)
  AND (
    clean_users.erased_through IS NULL
    OR LEAST(events.occurred_at, events.recorded_at) > clean_users.erased_through
  )
