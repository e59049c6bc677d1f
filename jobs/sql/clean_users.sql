-- clean_users: what became of users who were merged into another or erased. Everyone else stands for themselves.
-- From: user_changes. Parameters: @merge_limit (INT64), the longest chain of merges that is followed.
-- Columns: user_id; clean_user_id, whom their events belong to; erased_through (TIMESTAMP or NULL): what was recorded up
-- to then is left out for ever.
-- Of several merges of one user the last one holds. Chains are followed in the order of time, so that a circle ends at
-- the user of its last merge. The erasure of a user erases what had been merged into that user before, too.
WITH RECURSIVE changes AS (
  SELECT change_id, user_id, kind, into_user_id, occurred_at, recorded_at, arrival
  FROM user_changes
  WHERE kind IN ('MERGE', 'ERASE')
  QUALIFY ROW_NUMBER() OVER (PARTITION BY change_id ORDER BY recorded_at, arrival) = 1
),
ordered_merges AS (
  SELECT
    user_id,
    into_user_id,
    UNIX_MILLIS(occurred_at) AS merged_at,
    ROW_NUMBER() OVER (ORDER BY occurred_at, recorded_at, arrival) AS place
  FROM changes
  WHERE kind = 'MERGE' AND into_user_id <> user_id
),
merges AS (
  SELECT user_id, into_user_id, merged_at, place
  FROM ordered_merges
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY place DESC) = 1
),
erasures AS (
  SELECT user_id, MAX(UNIX_MILLIS(occurred_at)) AS erased_at
  FROM changes
  WHERE kind = 'ERASE'
  GROUP BY user_id
),
chains AS (
  SELECT DISTINCT
    user_id,
    user_id AS member_id,
    CAST(0 AS INT64) AS depth,
    CAST(0 AS INT64) AS place,
    CAST(-62135596800000 AS INT64) AS joined_at
  FROM changes
  UNION ALL
  SELECT chains.user_id, merges.into_user_id, chains.depth + 1, merges.place, merges.merged_at
  FROM chains
  JOIN merges ON merges.user_id = chains.member_id
  WHERE merges.place > chains.place AND chains.depth < @merge_limit
)
SELECT
  chains.user_id,
  MAX_BY(chains.member_id, chains.depth) AS clean_user_id,
  TIMESTAMP_MILLIS(MAX(CASE WHEN erasures.erased_at >= chains.joined_at THEN erasures.erased_at END)) AS erased_through
FROM chains
LEFT JOIN erasures ON erasures.user_id = chains.member_id
GROUP BY chains.user_id
