-- name: fact_last
SELECT max((SELECT acknowledged FROM link), coalesce((SELECT max(n) FROM outbox), 0));

-- name: fact_add
INSERT INTO outbox (n, kind, at, day, queue, slot, code, service, paper, of, hands, peer, store, proof, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: acknowledged
SELECT acknowledged FROM link;

-- name: fact_erase
DELETE FROM outbox WHERE n <= ?;

-- name: link_set
UPDATE link SET acknowledged = ?, chain = ?;

-- name: epoch
SELECT epoch FROM link;

-- name: epoch_set
UPDATE link SET epoch = ?;
