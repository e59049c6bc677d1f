-- feature_facts: how much features are made of, which tells the memory that making them takes.
-- From: clean_answers, clean_interactions.
-- Columns: facts. One row.
SELECT (SELECT COUNT(*) FROM clean_answers) + (SELECT COUNT(*) FROM clean_interactions) AS facts
