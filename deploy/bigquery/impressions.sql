-- Which polls the app showed to whom, for apps that have no such table yet. Hunch only reads it.
-- Each run reads what was recorded lately, and also looks at the rows whose recorded_at is NULL.
CREATE TABLE IF NOT EXISTS impressions (
  user_id STRING NOT NULL,
  poll_id STRING NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  event_id STRING,
  recommendation_id STRING,
  position INT64,
  recorded_at TIMESTAMP
)
PARTITION BY DATE(recorded_at)
CLUSTER BY user_id
