-- user_features: one row for each user of whom anything is known; read by jobs/steps/user-features-row.ts.
-- From: clean_answers, clean_interactions, clean_polls, clean_users, user_changes.
-- Parameters: @history_limit, @impression_limit, @affinity_limit; @parts and @part (INT64): only the users of that part
-- of @parts, from 0, so that the lists of all users need not be in memory at once. Of one part, nobody's id is hashed.
-- Columns besides user_id are arrays in no order, NULL for none. An entry of several parts is a text of them, joined by
-- ":", of which only the last part may hold a ":" itself. (One list of texts needs a fraction of the memory of several
-- sorted lists, and its parts can't come apart.) Times are in milliseconds.
--   history         OCCURRED:RECORDED:KIND:OPTION:POLL, the newest votes and skips, and the newest retractions; kinds as
--                   in clean_answers, no option unless a vote
--   voted           every poll with a vote that stands
--   dismissals      OCCURRED:KIND:POLL, the last DISMISS or UNDO_DISMISS
--   authored        polls the user wrote: as author of the poll, or by an author vote
--   impressions     SEEN:TIMES:POLL, polls seen and not voted on, the newest
--   interest_topics, interest_languages  last chosen by the user, or, without any choice, by whom was merged into the user
--                   first; in the order chosen
--   affinities      TIMES:TOPIC, votes and choices that fall on the topic, the most frequent topics
--   languages       TIMES:LANGUAGE, votes on polls of that language
--   updated_at      (INT64) the newest recording
-- Suspected bots are here as well: who is suspected wrongly must not see a poll twice.
WITH answers AS (
  SELECT user_id, poll_id, kind, option_id, is_author, occurred_at, recorded_at
  FROM clean_answers
  WHERE @parts = 1 OR ABS(MOD(FARM_FINGERPRINT(user_id), @parts)) = @part
),
interactions AS (
  SELECT user_id, poll_id, kind, times, occurred_at, recorded_at
  FROM clean_interactions
  WHERE @parts = 1 OR ABS(MOD(FARM_FINGERPRINT(user_id), @parts)) = @part
),
written_polls AS (
  SELECT author_id AS user_id, poll_id, recorded_at
  FROM clean_polls
  WHERE author_id IS NOT NULL
    AND (@parts = 1 OR ABS(MOD(FARM_FINGERPRINT(author_id), @parts)) = @part)
),
ranked_answers AS (
  SELECT
    user_id,
    poll_id,
    kind,
    option_id,
    occurred_at,
    recorded_at,
    ROW_NUMBER() OVER (
      PARTITION BY user_id, CASE kind WHEN 'RETRACTED' THEN 1 ELSE 0 END
      ORDER BY occurred_at DESC, recorded_at DESC, poll_id
    ) AS place
  FROM answers
),
histories AS (
  SELECT
    user_id,
    ARRAY_AGG(
      CONCAT(
        CAST(UNIX_MILLIS(occurred_at) AS STRING), ':', CAST(UNIX_MILLIS(recorded_at) AS STRING), ':',
        kind, ':', COALESCE(option_id, ''), ':', poll_id
      )
    ) AS entries
  FROM ranked_answers
  WHERE place <= @history_limit
  GROUP BY user_id
),
votes AS (
  SELECT user_id, ARRAY_AGG(poll_id) AS poll_ids, COUNT(*) AS votes
  FROM answers
  WHERE kind = 'VOTE'
  GROUP BY user_id
),
dismissals AS (
  SELECT
    user_id,
    ARRAY_AGG(CONCAT(CAST(UNIX_MILLIS(occurred_at) AS STRING), ':', kind, ':', poll_id)) AS entries
  FROM interactions
  WHERE kind IN ('DISMISS', 'UNDO_DISMISS')
  GROUP BY user_id
),
authors AS (
  SELECT user_id, ARRAY_AGG(poll_id) AS poll_ids
  FROM (
    SELECT user_id, poll_id FROM written_polls
    UNION DISTINCT
    SELECT user_id, poll_id FROM answers WHERE kind = 'VOTE' AND is_author
  ) AS written
  GROUP BY user_id
),
ranked_impressions AS (
  SELECT
    seen.user_id,
    seen.poll_id,
    seen.times,
    UNIX_MILLIS(seen.occurred_at) AS seen_at,
    ROW_NUMBER() OVER (PARTITION BY seen.user_id ORDER BY seen.occurred_at DESC, seen.poll_id) AS place
  FROM interactions AS seen
  LEFT JOIN answers AS vote
    ON vote.user_id = seen.user_id AND vote.poll_id = seen.poll_id AND vote.kind = 'VOTE'
  WHERE seen.kind = 'IMPRESSION' AND vote.user_id IS NULL
),
impressions AS (
  SELECT
    user_id,
    ARRAY_AGG(CONCAT(CAST(seen_at AS STRING), ':', CAST(times AS STRING), ':', poll_id)) AS entries
  FROM ranked_impressions
  WHERE place <= @impression_limit
  GROUP BY user_id
),
interests AS (
  SELECT
    COALESCE(clean_users.clean_user_id, user_changes.user_id) AS user_id,
    user_changes.topics,
    user_changes.languages,
    user_changes.recorded_at
  FROM user_changes
  LEFT JOIN clean_users
    ON clean_users.user_id = user_changes.user_id
    AND user_changes.recorded_at > clean_users.recorded_after
    AND user_changes.recorded_at <= clean_users.recorded_through
  WHERE user_changes.kind = 'INTERESTS'
    AND (
      @parts = 1
      OR ABS(MOD(FARM_FINGERPRINT(COALESCE(clean_users.clean_user_id, user_changes.user_id)), @parts)) = @part
    )
    AND (clean_users.erased_through IS NULL OR LEAST(user_changes.occurred_at, user_changes.recorded_at) > clean_users.erased_through)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY COALESCE(clean_users.clean_user_id, user_changes.user_id)
    ORDER BY
      COALESCE(clean_users.joined_at, TIMESTAMP_MILLIS(-62135596800000)),
      COALESCE(clean_users.steps, 0),
      user_changes.occurred_at DESC,
      user_changes.recorded_at DESC,
      user_changes.arrival DESC
  ) = 1
),
chosen_topics AS (
  SELECT DISTINCT interests.user_id, topic
  FROM interests
  CROSS JOIN UNNEST(interests.topics) AS topic
),
poll_topics AS (
  SELECT DISTINCT clean_polls.poll_id, topic
  FROM clean_polls
  CROSS JOIN UNNEST(clean_polls.topics) AS topic
),
topic_counts AS (
  SELECT user_id, topic, SUM(times) AS times
  FROM (
    SELECT answer.user_id, poll_topics.topic, COUNT(*) AS times
    FROM answers AS answer
    JOIN poll_topics ON poll_topics.poll_id = answer.poll_id
    WHERE answer.kind = 'VOTE'
    GROUP BY answer.user_id, poll_topics.topic
    UNION ALL
    SELECT user_id, topic, 1 AS times FROM chosen_topics
  ) AS signs
  GROUP BY user_id, topic
),
ranked_topics AS (
  SELECT
    user_id,
    topic,
    times,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY times DESC, topic) AS place
  FROM topic_counts
),
affinities AS (
  SELECT user_id, ARRAY_AGG(CONCAT(CAST(times AS STRING), ':', topic)) AS entries
  FROM ranked_topics
  WHERE place <= @affinity_limit
  GROUP BY user_id
),
language_counts AS (
  SELECT answer.user_id, clean_polls.language, COUNT(*) AS times
  FROM answers AS answer
  JOIN clean_polls ON clean_polls.poll_id = answer.poll_id
  WHERE answer.kind = 'VOTE' AND clean_polls.language IS NOT NULL
  GROUP BY answer.user_id, clean_polls.language
),
languages AS (
  SELECT user_id, ARRAY_AGG(CONCAT(CAST(times AS STRING), ':', language)) AS entries
  FROM language_counts
  GROUP BY user_id
),
newest AS (
  SELECT user_id, MAX(UNIX_MILLIS(recorded_at)) AS recorded_at
  FROM (
    SELECT user_id, recorded_at FROM answers
    UNION ALL
    SELECT user_id, recorded_at FROM interactions
    UNION ALL
    SELECT user_id, recorded_at FROM interests
    UNION ALL
    SELECT user_id, recorded_at FROM written_polls
  ) AS recordings
  GROUP BY user_id
)
SELECT
  newest.user_id,
  histories.entries AS history,
  votes.poll_ids AS voted,
  dismissals.entries AS dismissals,
  authors.poll_ids AS authored,
  impressions.entries AS impressions,
  interests.topics AS interest_topics,
  interests.languages AS interest_languages,
  affinities.entries AS affinities,
  languages.entries AS languages,
  newest.recorded_at AS updated_at
FROM newest
LEFT JOIN histories ON histories.user_id = newest.user_id
LEFT JOIN votes ON votes.user_id = newest.user_id
LEFT JOIN dismissals ON dismissals.user_id = newest.user_id
LEFT JOIN authors ON authors.user_id = newest.user_id
LEFT JOIN impressions ON impressions.user_id = newest.user_id
LEFT JOIN interests ON interests.user_id = newest.user_id
LEFT JOIN affinities ON affinities.user_id = newest.user_id
LEFT JOIN languages ON languages.user_id = newest.user_id
