-- clean_votes: the votes that stand, for counting and training. Suspected bots are left out.
-- From: clean_answers, suspected_bots.
-- Columns: user_id, poll_id, option_id, occurred_at, recorded_at, first_voted_at, is_author (true: written by posting the
-- poll, no expression of taste). One row for each user and poll.
SELECT
  clean_answers.user_id,
  clean_answers.poll_id,
  clean_answers.option_id,
  clean_answers.occurred_at,
  clean_answers.recorded_at,
  clean_answers.first_voted_at,
  clean_answers.is_author
FROM clean_answers
LEFT JOIN suspected_bots ON suspected_bots.user_id = clean_answers.user_id
WHERE clean_answers.kind = 'VOTE' AND suspected_bots.user_id IS NULL
