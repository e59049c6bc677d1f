-- The app's polls, one row each, for apps that have no such table yet. Hunch only reads it.
-- option_ids and option_labels are of one length; status is OPEN, CLOSED, HIDDEN or REMOVED.
CREATE TABLE IF NOT EXISTS polls (
  poll_id STRING NOT NULL,
  question STRING,
  option_ids ARRAY<STRING>,
  option_labels ARRAY<STRING>,
  topics ARRAY<STRING>,
  language STRING,
  author_id STRING,
  created_at TIMESTAMP NOT NULL,
  closes_at TIMESTAMP,
  status STRING
)
PARTITION BY DATE(created_at)
CLUSTER BY poll_id
