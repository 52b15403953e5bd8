-- name: issuable
-- A cached slot as an issue must see it, with the day key and the last fact's number. What does not find the row is
-- compared by the program: SQLite plans a statement anew for each small number that is bound in a WHERE.
SELECT holder, state,
       EXISTS (SELECT 1 FROM ticket WHERE day = ?1 AND queue = ?2 AND number = ?4)
       OR EXISTS (SELECT 1 FROM told WHERE day = ?1 AND queue = ?2 AND number = ?4)
       OR EXISTS (SELECT 1 FROM aside WHERE day = ?1 AND queue = ?2 AND number = ?4),
       (SELECT key FROM day_key WHERE day = ?1),
       max((SELECT acknowledged FROM link), coalesce((SELECT max(n) FROM outbox), 0))
FROM held WHERE day = ?1 AND queue = ?2 AND start = ?3 AND number = ?4;

-- name: ticket_add
INSERT INTO ticket (day, queue, number, start, code, timed) VALUES (?, ?, ?, ?, ?, ?);

-- name: job_add
INSERT INTO print_job (id, day, queue, number, start, slip, state, since, turn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'due');
