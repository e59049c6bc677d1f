-- How an existing deployment gives its tables the names and types that Hunch reads: one view for each, in Hunch's dataset.
-- Replace my-project.app and its columns by your own.
CREATE OR REPLACE VIEW votes AS
SELECT
  CAST(voter AS STRING) AS user_id,
  CAST(question_id AS STRING) AS poll_id,
  answer AS option,
  TIMESTAMP_MILLIS(clicked_ms) AS voted_at,
  ingested_at AS recorded_at
FROM `my-project.app.clicks`
WHERE action = 'vote';

CREATE OR REPLACE VIEW polls AS
SELECT
  CAST(id AS STRING) AS poll_id,
  title AS question,
  ARRAY(SELECT choice.id FROM UNNEST(choices) AS choice WITH OFFSET AS place ORDER BY place) AS option_ids,
  ARRAY(SELECT choice.text FROM UNNEST(choices) AS choice WITH OFFSET AS place ORDER BY place) AS option_labels,
  SPLIT(tags, ',') AS topics,
  owner AS author_id,
  created AS created_at,
  CASE WHEN is_live THEN 'OPEN' ELSE 'CLOSED' END AS status
FROM `my-project.app.questions`;
