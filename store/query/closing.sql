-- name: days_before
SELECT day FROM sheet WHERE day < ?1
UNION SELECT day FROM day_key WHERE day < ?1
UNION SELECT day FROM ticket WHERE day < ?1
UNION SELECT day FROM told WHERE day < ?1
UNION SELECT day FROM withdrawal WHERE day < ?1
UNION SELECT day FROM print_job WHERE day < ?1
UNION SELECT day FROM hand WHERE day < ?1
UNION SELECT day FROM aside WHERE day < ?1
UNION SELECT day FROM outbox WHERE day < ?1 AND kind NOT IN ('counted', 'closed')
ORDER BY day;

-- name: facts_of_day
SELECT n, kind, at, day, queue, slot, code, service, paper, of, hands, peer, store, proof FROM outbox WHERE day = ? ORDER BY n;

-- name: fact_replace
UPDATE outbox SET kind = ?2, at = ?3, day = ?4, queue = ?5, slot = ?6, code = ?7, service = ?8, paper = ?9, of = ?10,
    hands = ?11, peer = ?12, store = ?13, proof = ?14,
    digest = iif(?1 = 1 + (SELECT acknowledged FROM link), digest, NULL)
WHERE n = ?1;

-- name: day_jobs_erase
DELETE FROM print_job WHERE day = ?;

-- name: day_tickets_erase
DELETE FROM ticket WHERE day = ?;

-- name: day_told_erase
DELETE FROM told WHERE day = ?;

-- name: day_withdrawals_erase
DELETE FROM withdrawal WHERE day = ?;

-- name: day_hands_erase
DELETE FROM hand WHERE day = ?;

-- name: day_asides_erase
DELETE FROM aside WHERE day = ?;

-- name: day_slots_erase
DELETE FROM slot WHERE day = ?;

-- name: day_sheets_erase
DELETE FROM sheet WHERE day = ?;

-- name: day_key_erase
DELETE FROM day_key WHERE day = ?;

-- name: closed_before_set
UPDATE closing SET before = ?1, erasing = 1 WHERE before < ?1;

-- name: erasing
SELECT erasing FROM closing;

-- name: erasing_set
UPDATE closing SET erasing = ?;
