-- name: ticket_state
-- How far a ticket is that is this totem's own, or on a cached sheet; NULL if it is neither. ?5 is the state in which tickets
-- are given.
SELECT max(state) FROM (
    SELECT ?5 AS state FROM ticket WHERE day = ?1 AND queue = ?2 AND number = ?3 AND code = ?4
    UNION ALL SELECT state FROM slot WHERE day = ?1 AND queue = ?2 AND number = ?3 AND code = ?4
    UNION ALL SELECT state FROM told WHERE day = ?1 AND queue = ?2 AND number = ?3 AND code = ?4);

-- name: told_put
INSERT INTO told (day, queue, number, code, state) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, queue, number, code) DO UPDATE SET state = excluded.state;

-- name: jobs_cancelled
-- Jobs of cancelled tickets that hold a slip which nobody is printing.
SELECT id FROM print_job JOIN cancelled USING (day, queue, number)
WHERE slip IS NOT NULL AND (turn IN ('found', 'over') OR turn = 'due' AND state = 'queued') ORDER BY id;

-- name: job_cancelled
SELECT EXISTS (SELECT 1 FROM print_job JOIN cancelled USING (day, queue, number) WHERE id = ?);

-- name: job_slip_erase
UPDATE print_job SET slip = NULL WHERE id = ?;
