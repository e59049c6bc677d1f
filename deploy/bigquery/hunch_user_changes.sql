-- Erasures, merges and chosen interests of users. Keep every row for ever: cleaning applies the erasures in each run.
CREATE TABLE IF NOT EXISTS hunch_user_changes (
  change_id STRING NOT NULL,
  user_id STRING NOT NULL,
  kind STRING NOT NULL,
  into_user_id STRING,
  topics ARRAY<STRING>,
  languages ARRAY<STRING>,
  occurred_at TIMESTAMP NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  arrival INT64 NOT NULL
)
CLUSTER BY user_id
