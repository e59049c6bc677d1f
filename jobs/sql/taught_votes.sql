-- taught_votes: the votes that stand, without those of users who judge models.
-- From: clean_votes. Parameters: @held_back (ARRAY<STRING>), their ids.
-- Columns: as of clean_votes.
SELECT *
FROM clean_votes
WHERE user_id NOT IN UNNEST(@held_back)
