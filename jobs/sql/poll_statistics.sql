-- poll_statistics: the figures of every poll, as in src/domain/popularity.ts. Author votes are not counted.
-- From: clean_votes, clean_polls, poll_counts. Parameters: @positive_options and @negative_options (ARRAY<STRING>);
-- @half_life_ms (INT64), after which a vote counts half; @trend_prior (FLOAT64).
-- Columns: poll_id; option_ids and option_votes (arrays of one length, by option id; NULL where there is no vote);
-- votes_last_day; decayed_votes; prior_share; trend; newest_at (TIMESTAMP, NULL where there is no vote at all).
-- All ages are relative to newest_at, the newest vote of the data (a clock that was ahead counts as the time of
-- recording), so that a count of old data is not one of zeros.
-- prior_share: the positive share of the poll's topic, the mean of them for several, that of all votes where the topic
-- has no votes with polarity, and 1/2 where nothing has.
-- trend: how far the last day is above the poll's own mean day of the week before, in units of the spread that chance
-- would give: (day - mean) / sqrt(mean + @trend_prior), and 0 where it is not above. A poll younger than a week is
-- measured by its own days; without any past the mean is 0.
WITH votes AS (
  SELECT poll_id, option_id, UNIX_MILLIS(LEAST(occurred_at, recorded_at)) AS voted_at
  FROM clean_votes
  WHERE NOT is_author
),
newest AS (
  SELECT MAX(voted_at) AS voted_at FROM votes
),
aged AS (
  SELECT votes.poll_id, newest.voted_at - votes.voted_at AS age
  FROM votes
  CROSS JOIN newest
),
activity AS (
  SELECT
    poll_id,
    COUNTIF(age < 86400000) AS votes_last_day,
    SUM(POW(0.5, age / @half_life_ms)) AS decayed_votes,
    COUNTIF(age >= 86400000 AND age < 8 * 86400000) AS votes_week_before,
    LEAST(7.0, GREATEST(1.0, MAX(age) / 86400000.0 - 1.0)) AS days_before
  FROM aged
  GROUP BY poll_id
),
means AS (
  SELECT poll_id, votes_last_day, decayed_votes, votes_week_before / days_before AS mean_day
  FROM activity
),
polar AS (
  SELECT
    poll_id,
    SUM(CASE WHEN option_id IN UNNEST(@positive_options) THEN votes ELSE 0 END) AS positive,
    SUM(CASE WHEN option_id IN UNNEST(@negative_options) THEN votes ELSE 0 END) AS negative
  FROM poll_counts
  GROUP BY poll_id
),
poll_topics AS (
  SELECT DISTINCT clean_polls.poll_id, topic
  FROM clean_polls
  CROSS JOIN UNNEST(clean_polls.topics) AS topic
),
topic_shares AS (
  SELECT poll_topics.topic, SUM(polar.positive) / NULLIF(SUM(polar.positive + polar.negative), 0) AS share
  FROM poll_topics
  JOIN polar ON polar.poll_id = poll_topics.poll_id
  GROUP BY poll_topics.topic
),
topic_priors AS (
  SELECT poll_topics.poll_id, AVG(topic_shares.share) AS share
  FROM poll_topics
  JOIN topic_shares ON topic_shares.topic = poll_topics.topic
  GROUP BY poll_topics.poll_id
),
overall AS (
  SELECT SUM(positive) / NULLIF(SUM(positive + negative), 0) AS share FROM polar
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
  COALESCE(means.votes_last_day, 0) AS votes_last_day,
  COALESCE(means.decayed_votes, 0.0) AS decayed_votes,
  COALESCE(topic_priors.share, overall.share, 0.5) AS prior_share,
  CASE
    WHEN means.votes_last_day > means.mean_day
      THEN (means.votes_last_day - means.mean_day) / SQRT(means.mean_day + @trend_prior)
    ELSE 0.0
  END AS trend,
  TIMESTAMP_MILLIS(newest.voted_at) AS newest_at
FROM clean_polls
CROSS JOIN overall
CROSS JOIN newest
LEFT JOIN means ON means.poll_id = clean_polls.poll_id
LEFT JOIN topic_priors ON topic_priors.poll_id = clean_polls.poll_id
LEFT JOIN option_lists ON option_lists.poll_id = clean_polls.poll_id
