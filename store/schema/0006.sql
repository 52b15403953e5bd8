-- A slot changes hands, and the office asks for slots back, or moves what it promised.
ALTER TABLE slot ADD COLUMN hands INTEGER NOT NULL DEFAULT 0; -- how often it has changed hands
ALTER TABLE slot ADD COLUMN ask INTEGER NOT NULL DEFAULT 0;   -- booking.Ask
ALTER TABLE slot ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1)); -- its ticket's time cannot be kept
ALTER TABLE slot ADD COLUMN expected INTEGER; -- when its bearer is expected instead; NULL for not known

-- What this store did last with a slot that was passed on, or that it was passed, beyond what the cache says. It wins over the
-- cache until that tells of more changes of hands. Kept until the day closes.
CREATE TABLE hand (
    day    TEXT    NOT NULL,
    queue  TEXT    NOT NULL,
    number TEXT    NOT NULL,
    kind   TEXT    NOT NULL CHECK (kind IN ('released', 'transferred', 'received')), -- booking.FactKind
    hands  INTEGER NOT NULL, -- of the slot from then on
    epoch  INTEGER NOT NULL, -- of the cached sheet when it was done, or told again
    giver  TEXT,             -- the totem by which this one was passed the slot last; NULL for none. It stays when it goes on
    taker  TEXT,             -- transferred: the totem to which it was passed on
    store  BLOB CHECK (length(store) = 8), -- transferred: the taker's incarnation
    start  INTEGER,          -- transferred: of the slot, as it is signed
    proof  BLOB CHECK (length(proof) = 64), -- transferred: this totem's signature; received: the giver's
    known  INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1)), -- transferred: the taker has said that it has it
    PRIMARY KEY (day, queue, number)
) STRICT, WITHOUT ROWID;

-- Free slots of this totem that are left alone after a power cut, for a ticket of them may have been lost with it.
CREATE TABLE aside (
    day    TEXT NOT NULL,
    queue  TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (day, queue, number)
) STRICT, WITHOUT ROWID;

-- Who holds each slot, by the cache and this store's own word.
CREATE VIEW held AS
SELECT s.day, s.queue, s.start, s.number, s.state, s.ask,
       coalesce((SELECT CASE h.kind WHEN 'received' THEN (SELECT totem FROM identity) WHEN 'transferred' THEN h.taker ELSE 'reserve' END
                 FROM hand h WHERE h.day = s.day AND h.queue = s.queue AND h.number = s.number AND h.hands >= s.hands), s.holder) AS holder,
       max(s.hands, coalesce((SELECT h.hands FROM hand h
                              WHERE h.day = s.day AND h.queue = s.queue AND h.number = s.number), 0)) AS hands
FROM slot s;

-- The slots that this totem can issue, once it has the day's key. 1 is booking.Free.
CREATE VIEW spare AS
SELECT day, queue, start, number, ask, hands FROM held s
WHERE state = 1 AND holder = (SELECT totem FROM identity)
  AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.day = s.day AND t.queue = s.queue AND t.number = s.number)
  AND NOT EXISTS (SELECT 1 FROM told t WHERE t.day = s.day AND t.queue = s.queue AND t.number = s.number)
  AND NOT EXISTS (SELECT 1 FROM aside a WHERE a.day = s.day AND a.queue = s.queue AND a.number = s.number);

-- The other totems of the office that can be reached on its network, as the scheduler told last.
CREATE TABLE peer (
    totem   TEXT PRIMARY KEY,
    key     TEXT NOT NULL, -- its public key
    address TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The boot of the machine in which the store was opened last: opened in another, and not closed in order, its power was cut.
CREATE TABLE boot (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL -- '' for not known
) STRICT;
INSERT INTO boot VALUES (1, '');

-- What a fact tells of a slot that changes hands.
ALTER TABLE outbox ADD COLUMN hands INTEGER;
ALTER TABLE outbox ADD COLUMN peer TEXT;
ALTER TABLE outbox ADD COLUMN store BLOB;
ALTER TABLE outbox ADD COLUMN proof BLOB;

-- The office says more from now on: it is pulled anew.
UPDATE office SET digest = '';
