-- name: job
SELECT day, queue, number, state, turn, copy, outcome, level, slip IS NOT NULL FROM print_job WHERE id = ?;

-- name: job_sending
UPDATE print_job SET state = 'sending', turn = 'running', since = ?2 WHERE id = ?1 AND turn IN ('due', 'running');

-- name: job_over
UPDATE print_job SET state = 'done', turn = 'over', outcome = ?2, level = ?3, slip = iif(?4, slip, NULL), since = ?5 WHERE id = ?1;

-- name: job_due
-- The outcome of the slip before stays until there is another.
UPDATE print_job SET state = 'queued', turn = 'due', copy = ?2, slip = coalesce(?3, slip), since = ?4 WHERE id = ?1;

-- name: job_bearer
SELECT ticket.code, day_key.key FROM print_job AS j JOIN ticket USING (day, queue, number) JOIN day_key USING (day) WHERE j.id = ?;

-- name: jobs_found
UPDATE print_job SET turn = 'found' WHERE turn IN ('due', 'running');

-- name: roll
SELECT body FROM roll;

-- name: roll_set
UPDATE roll SET body = ?1 WHERE body <> ?1;
