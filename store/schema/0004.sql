-- What bearers have told this totem of tickets, its own and others': how far they are, beside the cache, which may not say
-- it yet, and for a ledger that began anew. Kept until the day closes.
CREATE TABLE told (
    day    TEXT    NOT NULL,
    queue  TEXT    NOT NULL,
    number TEXT    NOT NULL,
    code   BLOB    NOT NULL CHECK (length(code) = 8), -- code hash of the ticket
    state  INTEGER NOT NULL, -- booking.State: arrived or cancelled
    PRIMARY KEY (day, queue, number, code)
) STRICT, WITHOUT ROWID;

-- The tickets of this totem that were given back, here or elsewhere: no slip of them is printed. 7 is booking.Cancelled.
CREATE VIEW cancelled AS
SELECT day, queue, number FROM ticket k
WHERE EXISTS (SELECT 1 FROM told t WHERE t.day = k.day AND t.queue = k.queue AND t.number = k.number AND t.code = k.code AND t.state = 7)
   OR EXISTS (SELECT 1 FROM slot s WHERE s.day = k.day AND s.queue = k.queue AND s.number = k.number AND s.code = k.code AND s.state = 7);

-- Whether the slip names the time: a totem that does not know it gives numbers alone. NULL for tickets of the release before.
ALTER TABLE ticket ADD COLUMN timed INTEGER CHECK (timed IN (0, 1));
