-- poll_statistics: the figures of every poll, as in src/domain/popularity.ts. Author votes are not counted.
-- From: dated_votes, clean_polls, poll_counts. Parameters: @positive_options and @negative_options (ARRAY<STRING>);
-- @half_life_ms (INT64), after which a vote counts half; @window_ms (INT64), the newest time, whose votes may be a trend;
-- @default_weight (FLOAT64) of a prior about which the votes tell nothing.
-- Columns: poll_id; option_ids and option_votes (arrays of one length, by option id; NULL where there is no vote);
-- votes_last_day; decayed_established, decayed_first; window_established, window_first, before_established and
-- before_first: votes of the newest window, and of the seven before it; all_established, all_first; begun_before: the
-- milliseconds from the first vote, or the poll's creation where that was before it, to newest_at (NULL for a poll without votes);
-- prior_share and prior_weight; newest_at (TIMESTAMP, NULL where there is no vote at all).
-- All ages are relative to newest_at, the newest of dated_votes, so that a count of old data is not one of zeros.
-- prior_share: the positive share of the poll's topic, that of all votes where the topic has no votes with polarity, and
-- 1/2 where nothing has. prior_weight: (1 - r) / r, between 1 and 100, where r is the correlation of two votes on one poll
-- of the topic, by analysis of variance (the moments of a beta-binomial; Ridout, Demetrio and Firth 1999), drawn to that of
-- all polls as if ten of them were the topic's. A poll of several topics has the mean of both.
WITH newest AS (
  SELECT MAX(voted_at) AS voted_at FROM dated_votes
),
aged AS (
  SELECT dated_votes.poll_id, dated_votes.is_established, newest.voted_at - dated_votes.voted_at AS age
  FROM dated_votes
  CROSS JOIN newest
),
activity AS (
  SELECT
    poll_id,
    COUNTIF(age < 86400000) AS votes_last_day,
    SUM(CASE WHEN is_established THEN POW(0.5, age / @half_life_ms) ELSE 0.0 END) AS decayed_established,
    SUM(CASE WHEN is_established THEN 0.0 ELSE POW(0.5, age / @half_life_ms) END) AS decayed_first,
    COUNTIF(is_established AND age < @window_ms) AS window_established,
    COUNTIF(NOT is_established AND age < @window_ms) AS window_first,
    COUNTIF(is_established AND age >= @window_ms AND age < 8 * @window_ms) AS before_established,
    COUNTIF(NOT is_established AND age >= @window_ms AND age < 8 * @window_ms) AS before_first,
    COUNTIF(is_established) AS all_established,
    COUNTIF(NOT is_established) AS all_first,
    MAX(age) AS oldest
  FROM aged
  GROUP BY poll_id
),
polar AS (
  SELECT poll_id, positive, positive + negative AS polar
  FROM (
    SELECT
      poll_id,
      SUM(CASE WHEN option_id IN UNNEST(@positive_options) THEN votes ELSE 0 END) AS positive,
      SUM(CASE WHEN option_id IN UNNEST(@negative_options) THEN votes ELSE 0 END) AS negative
    FROM poll_counts
    GROUP BY poll_id
  ) AS signs
  WHERE positive + negative > 0
),
poll_topics AS (
  SELECT DISTINCT clean_polls.poll_id, topic
  FROM clean_polls
  CROSS JOIN UNNEST(clean_polls.topics) AS topic
),
topic_sums AS (
  SELECT
    poll_topics.topic,
    COUNT(*) AS polls,
    SUM(polar.polar) AS votes,
    SUM(polar.positive) AS positive,
    SUM(polar.polar * polar.polar) AS squares,
    SUM(polar.positive * polar.positive / polar.polar) AS squared_positive
  FROM poll_topics
  JOIN polar ON polar.poll_id = poll_topics.poll_id
  GROUP BY poll_topics.topic
),
all_sums AS (
  SELECT
    COUNT(*) AS polls,
    SUM(polar) AS votes,
    SUM(positive) AS positive,
    SUM(polar * polar) AS squares,
    SUM(positive * positive / polar) AS squared_positive
  FROM polar
),
-- Mean squares between polls and within, and the mean size of a poll that takes their unequal sizes into account.
variances AS (
  SELECT
    topic,
    polls,
    positive / NULLIF(votes, 0) AS share,
    (squared_positive - positive * positive / NULLIF(votes, 0)) / NULLIF(polls - 1, 0) AS between_polls,
    (positive - squared_positive) / NULLIF(votes - polls, 0) AS within_polls,
    (votes - squares / NULLIF(votes, 0)) / NULLIF(polls - 1, 0) AS size
  FROM (
    SELECT topic, polls, votes, positive, squares, squared_positive FROM topic_sums
    UNION ALL
    SELECT CAST(NULL AS STRING) AS topic, polls, votes, positive, squares, squared_positive FROM all_sums
  ) AS sums
),
correlations AS (
  SELECT
    topic,
    polls,
    share,
    (between_polls - within_polls) / NULLIF(between_polls + (size - 1) * within_polls, 0) AS correlation
  FROM variances
),
overall AS (
  SELECT
    share,
    COALESCE(correlation, 1.0 / (1.0 + @default_weight)) AS correlation
  FROM correlations
  WHERE topic IS NULL
),
topic_moments AS (
  SELECT
    correlations.topic,
    correlations.share,
    CASE
      WHEN correlations.correlation IS NULL THEN overall.correlation
      ELSE (correlations.polls * correlations.correlation + 10 * overall.correlation) / (correlations.polls + 10)
    END AS correlation
  FROM correlations
  CROSS JOIN overall
  WHERE correlations.topic IS NOT NULL
),
topic_priors AS (
  SELECT
    poll_topics.poll_id,
    AVG(topic_moments.share) AS share,
    AVG(1.0 / LEAST(0.5, GREATEST(1.0 / 101.0, topic_moments.correlation)) - 1.0) AS weight
  FROM poll_topics
  JOIN topic_moments ON topic_moments.topic = poll_topics.topic
  GROUP BY poll_topics.poll_id
),
option_lists AS (
  SELECT
    poll_id,
    ARRAY_AGG(option_id ORDER BY option_id) AS option_ids,
    ARRAY_AGG(votes ORDER BY option_id) AS option_votes
  FROM poll_counts
  GROUP BY poll_id
)
SELECT
  clean_polls.poll_id,
  option_lists.option_ids,
  option_lists.option_votes,
  COALESCE(activity.votes_last_day, 0) AS votes_last_day,
  COALESCE(activity.decayed_established, 0.0) AS decayed_established,
  COALESCE(activity.decayed_first, 0.0) AS decayed_first,
  COALESCE(activity.window_established, 0) AS window_established,
  COALESCE(activity.window_first, 0) AS window_first,
  COALESCE(activity.before_established, 0) AS before_established,
  COALESCE(activity.before_first, 0) AS before_first,
  COALESCE(activity.all_established, 0) AS all_established,
  COALESCE(activity.all_first, 0) AS all_first,
  CASE
    WHEN activity.oldest IS NULL THEN NULL
    ELSE GREATEST(activity.oldest, newest.voted_at - UNIX_MILLIS(clean_polls.created_at))
  END AS begun_before,
  COALESCE(topic_priors.share, overall.share, 0.5) AS prior_share,
  COALESCE(topic_priors.weight, 1.0 / LEAST(0.5, GREATEST(1.0 / 101.0, overall.correlation)) - 1.0) AS prior_weight,
  TIMESTAMP_MILLIS(newest.voted_at) AS newest_at
FROM clean_polls
CROSS JOIN overall
CROSS JOIN newest
LEFT JOIN activity ON activity.poll_id = clean_polls.poll_id
LEFT JOIN topic_priors ON topic_priors.poll_id = clean_polls.poll_id
LEFT JOIN option_lists ON option_lists.poll_id = clean_polls.poll_id
