-- name: withdrawal_put
INSERT INTO withdrawal (day, queue, number, code) VALUES (?, ?, ?, ?) ON CONFLICT (day, queue, number, code) DO NOTHING;

-- name: withdrawal_erase
DELETE FROM withdrawal WHERE day = ? AND queue = ? AND number = ? AND code = ?;
