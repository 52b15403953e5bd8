-- name: offers
-- Every start of a day that is not wholly void, and whether this totem can issue the slot. The order of the joins is
-- that of the answer: no sorting.
SELECT h.queue, s.start, s.number,
       s.holder = ?3 AND s.state = ?4 AND EXISTS (SELECT 1 FROM day_key k WHERE k.day = ?1)
       AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.day = ?1 AND t.queue = h.queue AND t.number = s.number)
FROM sheet h CROSS JOIN slot s ON s.day = h.day AND s.queue = h.queue
WHERE h.day = ?1 AND s.start >= ?2 AND s.state <> ?5
ORDER BY h.queue, s.start;

-- name: office
SELECT digest, body FROM office;

-- name: taken
SELECT taken FROM link;

-- name: fact_last
SELECT max((SELECT acknowledged FROM link), coalesce((SELECT max(n) FROM outbox), 0));

-- name: fact_next
SELECT n, kind, at, day, queue, slot, code, service, paper, of, (SELECT chain FROM link) FROM outbox ORDER BY n LIMIT 1;

-- name: fact
SELECT n, kind, at, day, queue, slot, code, service, paper, of, digest FROM outbox WHERE n = ?;

-- name: revisions
SELECT queue, day, epoch, sequence FROM sheet ORDER BY day, queue;

-- name: job_next
SELECT id, state, slip FROM print_job WHERE turn = 'due' AND slip IS NOT NULL ORDER BY id LIMIT 1;

-- name: jobs_found
SELECT id, state, slip, day, queue, number, start FROM print_job WHERE turn = 'found' AND slip IS NOT NULL ORDER BY id;
