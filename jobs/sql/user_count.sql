-- user_count: how many users have features.
-- From: user_features.
-- Columns: users. One row.
SELECT COUNT(*) AS users
FROM user_features
