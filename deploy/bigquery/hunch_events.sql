-- What Hunch's own API took in: votes, impressions, skips, dismissals. Appended to only, deduplicated by event_id on reading.
CREATE TABLE IF NOT EXISTS hunch_events (
  event_id STRING NOT NULL,
  user_id STRING NOT NULL,
  poll_id STRING NOT NULL,
  option_id STRING,
  kind STRING NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  is_author BOOL NOT NULL,
  recommendation_id STRING,
  position INT64,
  arrival INT64 NOT NULL
)
PARTITION BY DATE(recorded_at)
CLUSTER BY user_id
