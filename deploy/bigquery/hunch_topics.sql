-- Titles and languages of topics. Appended to only; the last recording of a topic holds.
CREATE TABLE IF NOT EXISTS hunch_topics (
  topic_id STRING NOT NULL,
  title STRING NOT NULL,
  language STRING,
  recorded_at TIMESTAMP NOT NULL,
  arrival INT64 NOT NULL
)
