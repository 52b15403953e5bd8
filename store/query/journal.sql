-- name: job
SELECT day, queue, number, state, turn, slip IS NOT NULL FROM print_job WHERE id = ?;

-- name: job_sending
UPDATE print_job SET state = 'sending', turn = 'running' WHERE id = ? AND turn IN ('due', 'running');

-- name: job_over
UPDATE print_job SET state = 'done', turn = 'over', outcome = ?2, level = ?3, slip = iif(?4, slip, NULL) WHERE id = ?1;

-- name: job_due
UPDATE print_job SET state = ?2, turn = 'due' WHERE id = ?1;

-- name: jobs_found
UPDATE print_job SET turn = 'found' WHERE turn IN ('due', 'running');
