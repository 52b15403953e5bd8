-- name: seen
SELECT seen FROM clock;

-- name: seen_set
UPDATE clock SET seen = ?1 WHERE seen < ?1;
