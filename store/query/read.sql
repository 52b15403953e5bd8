-- name: offers
-- Every slot of a day that is not void, with 1 if this totem can issue it, 2 if the scheduler can grant it, else 0. The order of the
-- joins is that of the answer: no sorting.
SELECT h.queue, s.start, s.number,
       CASE WHEN s.state <> ?4 OR EXISTS (SELECT 1 FROM ticket t WHERE t.day = ?1 AND t.queue = h.queue AND t.number = s.number)
                 OR EXISTS (SELECT 1 FROM told t WHERE t.day = ?1 AND t.queue = h.queue AND t.number = s.number) THEN 0
       ELSE CASE s.holder
            WHEN ?3 THEN EXISTS (SELECT 1 FROM day_key k WHERE k.day = ?1)
                         AND NOT EXISTS (SELECT 1 FROM aside a WHERE a.day = ?1 AND a.queue = h.queue AND a.number = s.number)
            WHEN ?6 THEN 2
            WHEN ?7 THEN iif(s.ask = ?8, 0, 2) -- given back here, to be void
            ELSE 0 END
       END
FROM sheet h CROSS JOIN held s ON s.day = h.day AND s.queue = h.queue
WHERE h.day = ?1 AND s.start >= ?2 AND s.state <> ?5
ORDER BY h.queue, s.start;

-- name: office
SELECT digest, body FROM office;

-- name: taken
SELECT taken FROM link;

-- name: seen
SELECT seen FROM clock;

-- name: standing
SELECT max(acknowledged, coalesce((SELECT max(n) FROM outbox), 0)), acknowledged, epoch FROM link;

-- name: closed_before
SELECT before FROM closing;

-- name: fact_next
SELECT n, kind, at, day, queue, slot, code, service, paper, of, hands, peer, store, proof, (SELECT chain FROM link) FROM outbox ORDER BY n LIMIT 1;

-- name: fact
SELECT n, kind, at, day, queue, slot, code, service, paper, of, hands, peer, store, proof, digest FROM outbox WHERE n = ?;

-- name: revisions
SELECT queue, day, epoch, sequence FROM sheet ORDER BY day, queue;

-- name: mine_sheets
SELECT day, queue, prefix, epoch, sequence FROM sheet ORDER BY day, queue;

-- name: mine_slots
SELECT day, queue, number, start, holder, state, hands, ask, moved, expected, code, returns, paper FROM slot ORDER BY day, queue;

-- name: mine_hands
SELECT day, queue, number, kind, hands, epoch, taker, store FROM hand ORDER BY day, queue;

-- name: mine_tickets
-- Of a slip that is asked for again the last outcome counts until there is another.
SELECT t.day, t.queue, t.number, t.start, t.code, j.outcome
FROM ticket t LEFT JOIN print_job j ON j.day = t.day AND j.queue = t.queue AND j.number = t.number ORDER BY t.day, t.queue;

-- name: mine_keys
SELECT day, key FROM day_key WHERE EXISTS (SELECT 1 FROM sheet WHERE sheet.day = day_key.day);

-- name: job_next
SELECT id, state, copy, slip FROM print_job WHERE turn = 'due' AND slip IS NOT NULL ORDER BY id LIMIT 1;

-- name: jobs_found
SELECT id, state = 'sending' OR copy, slip, day, queue, number, start FROM print_job WHERE turn = 'found' AND slip IS NOT NULL ORDER BY id;

-- name: jobs
SELECT id, state, coalesce(outcome, ?1), coalesce(level, ?2), since, state = 'sending' OR copy OR turn = 'over'
FROM print_job WHERE turn <> 'over' OR outcome = ?1 ORDER BY id;

-- name: roll
SELECT body FROM roll;

-- name: mine_told
SELECT day, queue, number, code, state FROM told ORDER BY day, queue;

-- name: ticket_by_code
SELECT t.queue, t.number, t.start, t.timed, j.outcome
FROM ticket t LEFT JOIN print_job j ON j.day = t.day AND j.queue = t.queue AND j.number = t.number WHERE t.day = ? AND t.code = ?;

-- name: slot_by_code
SELECT queue, number, start, holder, state, hands, moved, expected, returns, paper FROM slot WHERE day = ? AND code = ?;

-- name: told_by_code
SELECT t.queue, t.number, s.start, s.holder, t.state
FROM told t JOIN slot s ON s.day = t.day AND s.queue = t.queue AND s.number = t.number WHERE t.day = ? AND t.code = ?;

-- name: told_state
SELECT coalesce((SELECT state FROM told WHERE day = ? AND queue = ? AND number = ? AND code = ?), 0);

-- name: ticket_waiting
-- Facts of a ticket in the outbox, and the service that one of them tells. Those without a code are of this totem's own.
SELECT count(*), coalesce(max(service), '') FROM outbox
WHERE day = ?1 AND queue = ?2 AND slot = ?3 AND (code = ?4 OR code IS NULL AND ?5);

-- name: ticket_slip
SELECT EXISTS (SELECT 1 FROM print_job WHERE day = ? AND queue = ? AND number = ? AND slip IS NOT NULL);

-- name: withdrawals
SELECT day, queue, number, code FROM withdrawal ORDER BY day, queue, number;

-- name: ticket_code
SELECT code FROM ticket WHERE day = ? AND queue = ? AND number = ?;

-- name: free
SELECT h.queue, count(*) FROM sheet h CROSS JOIN spare s ON s.day = h.day AND s.queue = h.queue
WHERE h.day = ?1 AND s.start >= ?2 AND EXISTS (SELECT 1 FROM day_key k WHERE k.day = ?1) GROUP BY h.queue;

-- name: given
-- Slots that were passed on, but those of which the cache tells what came after.
SELECT number, start, hands, proof FROM hand h WHERE day = ?1 AND queue = ?2 AND taker = ?3 AND store = ?4 AND known = 0
AND hands >= coalesce((SELECT hands FROM slot s WHERE s.day = ?1 AND s.queue = ?2 AND s.start = h.start AND s.number = h.number), 0)
ORDER BY start, length(number), number;

-- name: got
-- Only what is still as it was passed: of a slot that this store has passed on since, who gave it may give it again, under more hands.
SELECT number FROM hand WHERE day = ? AND queue = ? AND giver = ? AND kind = 'received' ORDER BY length(number), number;

-- name: peers
SELECT totem, key, address FROM peer ORDER BY totem;
