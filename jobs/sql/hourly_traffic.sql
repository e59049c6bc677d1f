-- hourly_traffic: all votes by hour, for weighing voters.
-- From: poll_traffic.
-- Columns: as of poll_traffic.
SELECT *
FROM poll_traffic
