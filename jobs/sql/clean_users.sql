-- clean_users: what became of users who were merged into another or erased. Everyone else stands for themselves.
-- From: user_changes. Parameters: @merge_limit (INT64), the longest chain of merges that is followed.
-- Columns: user_id; recorded_after and recorded_through (TIMESTAMP): the time of which the row tells, from one merge of the
-- user, not included, to the next; clean_user_id, whom what was recorded then belongs to; erased_through (TIMESTAMP or NULL):
-- what was done or recorded up to then is left out for ever; joined_at (TIMESTAMP) and steps (INT64): when it became
-- that user's, and over how many merges; the beginning of time and 0 where it was from the start.
-- A user who is merged into another ends there; what is recorded under that id afterwards is a new user's. Chains are followed
-- in the order of time, so that a circle ends at the user of its last merge. The erasure of a user erases what had been merged
-- into that user before, too, unless it had been merged on by then.
WITH RECURSIVE changes AS (
  SELECT change_id, user_id, kind, into_user_id, occurred_at, recorded_at, arrival
  FROM user_changes
  WHERE kind IN ('MERGE', 'ERASE')
  QUALIFY ROW_NUMBER() OVER (PARTITION BY change_id ORDER BY recorded_at, arrival) = 1
),
merges AS (
  SELECT
    user_id,
    into_user_id,
    UNIX_MILLIS(occurred_at) AS merged_at,
    ROW_NUMBER() OVER (ORDER BY occurred_at, recorded_at, arrival) AS place
  FROM changes
  WHERE kind = 'MERGE' AND into_user_id <> user_id
),
erasures AS (
  SELECT user_id, UNIX_MILLIS(occurred_at) AS erased_at
  FROM changes
  WHERE kind = 'ERASE'
),
-- Each merge with the next one of the user merged into.
links AS (
  SELECT merges.place, MIN(later.place) AS next_place
  FROM merges
  LEFT JOIN merges AS later ON later.user_id = merges.into_user_id AND later.place > merges.place
  GROUP BY merges.place
),
chains AS (
  SELECT place AS start_place, place, CAST(1 AS INT64) AS steps
  FROM links
  UNION ALL
  SELECT chains.start_place, links.next_place, chains.steps + 1
  FROM chains
  JOIN links ON links.place = chains.place
  WHERE links.next_place IS NOT NULL AND chains.steps < @merge_limit
),
-- Whom each start came to, from one merge to the next.
stations AS (
  SELECT
    chains.start_place,
    chains.steps,
    merges.into_user_id AS user_id,
    merges.merged_at AS joined_at,
    COALESCE(
      LEAD(merges.merged_at) OVER (PARTITION BY chains.start_place ORDER BY chains.steps),
      253402300799999
    ) AS left_at
  FROM chains
  JOIN merges ON merges.place = chains.place
),
ends AS (
  SELECT
    stations.start_place,
    MAX_BY(stations.user_id, stations.steps) AS clean_user_id,
    MAX_BY(stations.joined_at, stations.steps) AS joined_at,
    MAX(stations.steps) AS steps,
    MAX(erasures.erased_at) AS erased_at
  FROM stations
  LEFT JOIN erasures
    ON erasures.user_id = stations.user_id
    AND erasures.erased_at >= stations.joined_at
    AND erasures.erased_at <= stations.left_at
  GROUP BY stations.start_place
),
-- The lives of each user under one id: up to each merge, and after the last one.
lives AS (
  SELECT
    user_id,
    place AS start_place,
    COALESCE(LAG(merged_at) OVER (PARTITION BY user_id ORDER BY place), -62135596800000) AS begun_at,
    merged_at AS ended_at
  FROM merges
  UNION ALL
  SELECT
    changes.user_id,
    CAST(NULL AS INT64) AS start_place,
    COALESCE(MAX(merges.merged_at), -62135596800000) AS begun_at,
    253402300799999 AS ended_at
  FROM changes
  LEFT JOIN merges ON merges.user_id = changes.user_id
  GROUP BY changes.user_id
),
own_erasures AS (
  SELECT lives.user_id, lives.begun_at, lives.ended_at, MAX(erasures.erased_at) AS erased_at
  FROM lives
  JOIN erasures ON erasures.user_id = lives.user_id AND erasures.erased_at <= lives.ended_at
  GROUP BY lives.user_id, lives.begun_at, lives.ended_at
)
SELECT
  lives.user_id,
  TIMESTAMP_MILLIS(lives.begun_at) AS recorded_after,
  TIMESTAMP_MILLIS(lives.ended_at) AS recorded_through,
  COALESCE(ends.clean_user_id, lives.user_id) AS clean_user_id,
  TIMESTAMP_MILLIS(COALESCE(ends.erased_at, own_erasures.erased_at)) AS erased_through,
  TIMESTAMP_MILLIS(COALESCE(ends.joined_at, -62135596800000)) AS joined_at,
  COALESCE(ends.steps, 0) AS steps
FROM lives
LEFT JOIN ends ON ends.start_place = lives.start_place
LEFT JOIN own_erasures
  ON own_erasures.user_id = lives.user_id
  AND own_erasures.begun_at = lives.begun_at
  AND own_erasures.ended_at = lives.ended_at
