-- Polls as Hunch's own API took them in, one row for each change. Appended to only; the last recording of a poll holds.
CREATE TABLE IF NOT EXISTS hunch_polls (
  poll_id STRING NOT NULL,
  question STRING NOT NULL,
  option_ids ARRAY<STRING>,
  option_labels ARRAY<STRING>,
  topics ARRAY<STRING>,
  language STRING,
  author_id STRING,
  created_at TIMESTAMP NOT NULL,
  closes_at TIMESTAMP,
  status STRING NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  arrival INT64 NOT NULL
)
CLUSTER BY poll_id
