-- name: sheet_hands
SELECT number, kind, hands, epoch, taker, store FROM hand WHERE day = ? AND queue = ?;

-- name: hand_put
-- What is done with a slot, in the epoch of its cached sheet.
INSERT INTO hand (day, queue, number, kind, hands, giver, taker, store, start, proof, epoch)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, (SELECT epoch FROM sheet WHERE day = ?1 AND queue = ?2))
ON CONFLICT (day, queue, number) DO UPDATE SET kind = excluded.kind, hands = excluded.hands, giver = coalesce(excluded.giver, giver),
    taker = excluded.taker, store = excluded.store, start = excluded.start, proof = excluded.proof, epoch = excluded.epoch, known = 0;

-- name: hand_epoch
UPDATE hand SET epoch = ?4 WHERE day = ?1 AND queue = ?2 AND number = ?3;

-- name: hand_waiting
SELECT EXISTS (SELECT 1 FROM outbox WHERE day = ? AND queue = ? AND slot = ? AND hands = ?);

-- name: asked_back
SELECT number, hands FROM spare WHERE day = ? AND queue = ? AND ask <> 0 ORDER BY start, length(number), number;

-- name: due_back
SELECT h.queue, h.day, s.number, s.hands FROM sheet h CROSS JOIN spare s ON s.day = h.day AND s.queue = h.queue
WHERE h.day BETWEEN ?1 AND ?2 AND s.start > ?3 AND s.start < ?4 ORDER BY h.day, h.queue, s.start, length(s.number), s.number;

-- name: spare_slots
SELECT number, start, hands FROM spare WHERE day = ? AND queue = ? AND start >= ? ORDER BY start, length(number), number;

-- name: receivable
-- A cached slot as who is passed it must see it, with this store's own last word.
SELECT s.holder, s.state, s.hands, s.ask, coalesce(h.hands, 0), coalesce(h.kind, ''),
       EXISTS (SELECT 1 FROM ticket WHERE day = ?1 AND queue = ?2 AND number = ?4)
       OR EXISTS (SELECT 1 FROM told WHERE day = ?1 AND queue = ?2 AND number = ?4),
       EXISTS (SELECT 1 FROM day_key WHERE day = ?1)
FROM slot s LEFT JOIN hand h USING (day, queue, number) WHERE s.day = ?1 AND s.queue = ?2 AND s.start = ?3 AND s.number = ?4;

-- name: got_through
UPDATE hand SET known = 1 WHERE day = ? AND queue = ? AND number = ? AND taker = ? AND known = 0;

-- name: aside_from
-- Each queue's first day that has slots from then on.
SELECT queue, min(day) FROM sheet h
WHERE EXISTS (SELECT 1 FROM slot s WHERE s.day = h.day AND s.queue = h.queue AND s.start >= ?) GROUP BY queue;

-- name: aside_put
INSERT INTO aside (day, queue, number)
SELECT day, queue, number FROM spare WHERE day = ? AND queue = ? AND start >= ? ORDER BY start, length(number), number LIMIT ?;

-- name: aside_sheets
SELECT DISTINCT queue, day FROM aside ORDER BY day, queue;

-- name: aside_erase
DELETE FROM aside;

-- name: boot
SELECT id FROM boot;

-- name: boot_set
UPDATE boot SET id = ?;

-- name: peers
SELECT totem, key, address FROM peer ORDER BY totem;

-- name: peers_erase
DELETE FROM peer;

-- name: peer_put
INSERT INTO peer (totem, key, address) VALUES (?, ?, ?);
