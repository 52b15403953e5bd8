-- name: closed_before
SELECT before FROM closing;

-- name: key_known
SELECT asked FROM day_key WHERE day = ?;

-- name: key_put
INSERT INTO day_key (day, key) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET key = excluded.key WHERE key <> excluded.key;

-- name: key_put_asked
INSERT INTO day_key (day, key, asked) VALUES (?, ?, 1) ON CONFLICT (day) DO UPDATE SET key = excluded.key WHERE key <> excluded.key;

-- name: key_unasked
UPDATE day_key SET asked = 0 WHERE day = ? AND asked = 1;

-- name: office_put
INSERT INTO office (one, digest, body) VALUES (1, ?, ?)
ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, body = excluded.body;

-- name: sheet_revision
SELECT epoch, sequence FROM sheet WHERE day = ? AND queue = ?;

-- name: sheet_put
INSERT INTO sheet (day, queue, prefix, epoch, sequence) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (day, queue) DO UPDATE SET prefix = excluded.prefix, epoch = excluded.epoch, sequence = excluded.sequence;

-- name: sheet_slots
-- One line a slot, as slotLine writes it: a pushed sheet waits for this, and a text of 144 lines crosses from SQLite
-- to the program in a tenth of the time of 144 rows.
SELECT coalesce(group_concat(concat_ws(char(31), number, start, holder, state, hands, ask, moved, coalesce(expected, ''), lower(hex(code)), returns, paper), char(30)), '')
FROM slot WHERE day = ? AND queue = ?;

-- name: sheet_tickets
SELECT number, code FROM ticket WHERE day = ? AND queue = ?;

-- name: slot_add
INSERT INTO slot (day, queue, start, number, holder, state, hands, ask, moved, expected, code, returns, paper)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: slot_drop
DELETE FROM slot WHERE day = ? AND queue = ? AND start = ? AND number = ?;

-- name: taken_set
UPDATE link SET taken = ?1 WHERE taken IS NOT ?1;
