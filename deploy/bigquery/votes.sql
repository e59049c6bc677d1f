-- The app's votes, one row for each time a user voted, for apps that have no such table yet. Hunch only reads it.
-- Each run reads what was recorded lately, and also looks at the rows whose recorded_at is NULL.
CREATE TABLE IF NOT EXISTS votes (
  user_id STRING NOT NULL,
  poll_id STRING NOT NULL,
  option STRING NOT NULL,
  voted_at TIMESTAMP NOT NULL,
  event_id STRING,
  is_author BOOL,
  recorded_at TIMESTAMP
)
PARTITION BY DATE(recorded_at)
CLUSTER BY user_id
