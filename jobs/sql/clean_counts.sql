-- clean_counts: how much the cleaning kept and left out, for the step's result. One row.
-- From: clean_events, clean_answers, clean_votes, clean_polls, clean_users, suspected_bots.
SELECT
  (SELECT COUNT(*) FROM clean_events) AS events_kept,
  (SELECT COUNT(*) FROM clean_events WHERE kind = 'VOTE') AS vote_events,
  (SELECT COUNT(*) FROM clean_answers WHERE kind = 'VOTE') AS standing_votes,
  (SELECT COUNT(*) FROM clean_votes) AS votes,
  (SELECT COUNT(*) FROM clean_votes WHERE is_author) AS author_votes,
  (SELECT COUNT(DISTINCT user_id) FROM clean_votes) AS voters,
  (SELECT COUNT(*) FROM clean_polls) AS polls,
  (SELECT COUNT(*) FROM suspected_bots WHERE reason = 'TOO_FAST') AS too_fast_accounts,
  (SELECT COALESCE(SUM(votes), 0) FROM suspected_bots WHERE reason = 'TOO_FAST') AS too_fast_votes,
  (SELECT COUNT(*) FROM suspected_bots WHERE reason = 'SAME_SEQUENCE') AS same_sequence_accounts,
  (SELECT COALESCE(SUM(votes), 0) FROM suspected_bots WHERE reason = 'SAME_SEQUENCE') AS same_sequence_votes,
  (SELECT COUNT(DISTINCT user_id) FROM clean_users WHERE erased_through IS NOT NULL) AS erased_users,
  (SELECT COUNT(DISTINCT user_id) FROM clean_users WHERE clean_user_id <> user_id) AS merged_users
