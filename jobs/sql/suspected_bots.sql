-- suspected_bots: accounts that look like scripts. They get recommendations, but nothing is learned from them.
-- From: clean_events. Parameters (all INT64): @bot_votes and @bot_gap_ms; @sequence_votes, @sequence_accounts and
-- @sequence_span_ms. Votes as author are not looked at; of several votes on one poll the first one by
-- (occurred_at, recorded_at, arrival) is taken.
-- TOO_FAST: who voted on @bot_votes polls or more, with over half of the gaps between one new poll and the next shorter
-- than @bot_gap_ms. Gaps of zero say nothing and are not looked at: votes imported without a time, or sent as one batch,
-- have the same one.
-- SAME_SEQUENCE: whose first @sequence_votes votes are the same polls and options in the same order as those of others,
-- @sequence_accounts with this one or more of them having begun within @sequence_span_ms. Only who has no two of these votes
-- at one time is looked at, since their order is not known.
-- src/models/votes/suspected-bots.ts says the same for votes in memory.
-- Columns: user_id, votes (on different polls), reason (TOO_FAST where both hold).
WITH first_votes AS (
  SELECT user_id, poll_id, option_id, UNIX_MILLIS(occurred_at) AS voted_at
  FROM clean_events
  WHERE kind = 'VOTE' AND NOT is_author
  QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id, poll_id ORDER BY occurred_at, recorded_at, arrival) = 1
),
-- Most voters have too few votes for either rule.
active AS (
  SELECT user_id
  FROM first_votes
  GROUP BY user_id
  HAVING COUNT(*) >= LEAST(@bot_votes, @sequence_votes)
),
placed AS (
  SELECT
    first_votes.user_id,
    first_votes.poll_id,
    first_votes.option_id,
    first_votes.voted_at,
    ROW_NUMBER() OVER (PARTITION BY first_votes.user_id ORDER BY first_votes.voted_at, first_votes.poll_id) AS place,
    first_votes.voted_at
      - LAG(first_votes.voted_at) OVER (
        PARTITION BY first_votes.user_id ORDER BY first_votes.voted_at, first_votes.poll_id
      ) AS gap
  FROM first_votes
  JOIN active ON active.user_id = first_votes.user_id
),
ordered AS (
  SELECT
    user_id,
    voted_at,
    place,
    gap,
    CASE
      WHEN place <= @sequence_votes
        THEN FARM_FINGERPRINT(CONCAT(CAST(place AS STRING), ':', option_id, ':', poll_id))
      ELSE 0
    END AS print
  FROM placed
),
voters AS (
  SELECT
    user_id,
    COUNT(*) AS votes,
    COUNTIF(gap > 0) AS gaps,
    COUNTIF(gap > 0 AND gap < @bot_gap_ms) AS short_gaps,
    MIN(voted_at) AS begun_at,
    COUNTIF(place <= @sequence_votes AND (place = 1 OR gap > 0)) AS ordered_votes,
    BIT_XOR(print) AS sequence_print
  FROM ordered
  GROUP BY user_id
),
-- Each account with those that begun just before and after it: the last of as many as @sequence_accounts that the account is
-- among began soon enough after the first of them.
neighbours AS (
  SELECT
    user_id,
    begun_at,
    sequence_print,
    ROW_NUMBER() OVER (PARTITION BY sequence_print ORDER BY begun_at, user_id) AS place
  FROM voters
  WHERE ordered_votes = @sequence_votes
),
spans AS (
  SELECT first_one.sequence_print, first_one.place AS first_place, last_one.place AS last_place
  FROM neighbours AS first_one
  JOIN neighbours AS last_one
    ON last_one.sequence_print = first_one.sequence_print
    AND last_one.place = first_one.place + @sequence_accounts - 1
  WHERE last_one.begun_at - first_one.begun_at <= @sequence_span_ms
),
same_sequence AS (
  SELECT DISTINCT neighbours.user_id
  FROM neighbours
  JOIN spans ON spans.sequence_print = neighbours.sequence_print
  WHERE neighbours.place >= spans.first_place AND neighbours.place <= spans.last_place
)
SELECT
  voters.user_id,
  voters.votes,
  CASE
    WHEN voters.gaps + 1 >= @bot_votes AND 2 * voters.short_gaps > voters.gaps THEN 'TOO_FAST'
    ELSE 'SAME_SEQUENCE'
  END AS reason
FROM voters
LEFT JOIN same_sequence ON same_sequence.user_id = voters.user_id
WHERE same_sequence.user_id IS NOT NULL
  OR (voters.gaps + 1 >= @bot_votes AND 2 * voters.short_gaps > voters.gaps)
