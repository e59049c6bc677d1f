-- indexed_users: the features of all users, for the feature store.
-- From: user_features.
-- Columns: as of user_features.
SELECT *
FROM user_features
