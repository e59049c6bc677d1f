-- Votes and impressions copied out of votes and impressions, new ones by each run. Nothing else writes it.
-- By month: the first copy brings in all there ever was at once, and a statement may write 4,000 partitions at most.
CREATE TABLE IF NOT EXISTS hunch_source_events (
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
PARTITION BY TIMESTAMP_TRUNC(recorded_at, MONTH)
CLUSTER BY user_id
