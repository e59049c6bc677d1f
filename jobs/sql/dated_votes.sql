-- dated_votes: when each vote that stands was first given, and what is known of its voter by then. Author votes are left out.
-- From: clean_votes. Parameters: @first_votes (INT64): a voter's votes on the first so many polls are first votes, those on
-- later ones established.
-- Columns: poll_id; voted_at (INT64, milliseconds) and is_established (BOOL). One row for each user and poll.
-- A voter who votes on a poll again stays at the time of the first vote on it: votes are not made young by repeating them.
SELECT
  poll_id,
  UNIX_MILLIS(first_voted_at) AS voted_at,
  ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY first_voted_at, poll_id) > @first_votes AS is_established
FROM clean_votes
WHERE NOT is_author
