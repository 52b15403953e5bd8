-- The ledger that this store was last in step with. A ledger that begins anew has a higher epoch, and then the store
-- tells it what it holds before anything else. A store of the schema before was in step with the ledger of its sheets.
ALTER TABLE link ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0; -- 0 for none
UPDATE link SET epoch = coalesce((SELECT max(epoch) FROM sheet), 0);

-- outbox.digest may hold two digests from now on: of a fact that waited while the program was renewed, that of its
-- message as it was and that as it is sent now.

-- The latest moment that was known to be right.
CREATE TABLE clock (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seen INTEGER NOT NULL -- whole seconds since 1970, UTC; it never goes back
) STRICT;
INSERT INTO clock VALUES (1, 0);
