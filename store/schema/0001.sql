-- The store of one totem. Days are local calendar days, '2026-11-21'. Times are whole minutes since 1970, UTC.
-- Nothing here is about a person: a ticket's code stands only in print_job.slip, and only until its outcome is known.

-- Whose store this is. Written once.
CREATE TABLE identity (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    office      TEXT NOT NULL,
    totem       TEXT NOT NULL,
    incarnation BLOB NOT NULL CHECK (length(incarnation) = 8)
) STRICT;

-- Where the conversation with the scheduler stands. The last fact's number is the greatest of acknowledged and
-- outbox.n, so no number needs a counter of its own and none is used twice.
CREATE TABLE link (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    acknowledged INTEGER NOT NULL, -- n of the last fact that the scheduler holds, 0 for none
    chain        INTEGER NOT NULL, -- its link sequence
    taken        INTEGER           -- when sheets were last taken
) STRICT;

CREATE TABLE closing (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    before  TEXT    NOT NULL, -- every day before this one is closed for ever; '' for none
    erasing INTEGER NOT NULL  -- 1 while rows are deleted but their bytes may still be in the files
) STRICT;

CREATE TABLE office (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    digest TEXT NOT NULL, -- the scheduler's; a migration that needs a field anew sets it to ''
    body   TEXT NOT NULL  -- JSON
) STRICT;

CREATE TABLE day_key (
    day TEXT PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

-- The slot cache: what the ledger says, and nothing else.
CREATE TABLE sheet (
    day      TEXT    NOT NULL,
    queue    TEXT    NOT NULL,
    prefix   TEXT    NOT NULL,
    epoch    INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (day, queue)
) STRICT, WITHOUT ROWID;

-- The key is the calling order, so one tree serves both the offers of a day and the single slot of an issue, and no
-- other index grows with the cache.
CREATE TABLE slot (
    day     TEXT    NOT NULL,
    queue   TEXT    NOT NULL,
    start   INTEGER NOT NULL,
    number  TEXT    NOT NULL,
    holder  TEXT    NOT NULL,
    state   INTEGER NOT NULL, -- booking.State
    code    BLOB,             -- code hash of the ticket, NULL for none
    returns INTEGER NOT NULL,
    paper   INTEGER NOT NULL, -- booking.Paper
    PRIMARY KEY (day, queue, start, number),
    FOREIGN KEY (day, queue) REFERENCES sheet
) STRICT, WITHOUT ROWID;

-- The tickets that this totem has given: the truth about its own slots, whatever the cache says.
CREATE TABLE ticket (
    day    TEXT    NOT NULL,
    queue  TEXT    NOT NULL,
    number TEXT    NOT NULL,
    start  INTEGER NOT NULL,
    code   BLOB    NOT NULL CHECK (length(code) = 8), -- code hash
    PRIMARY KEY (day, queue, number)
) STRICT, WITHOUT ROWID;

-- Facts that the scheduler has not acknowledged.
CREATE TABLE outbox (
    n       INTEGER PRIMARY KEY,
    kind    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    day     TEXT    NOT NULL,
    queue   TEXT,
    slot    TEXT,
    code    BLOB,
    service TEXT,
    paper   INTEGER,
    of      TEXT,
    digest  BLOB -- of the fact's message as committed (wire.DigestOf). When a day closes only the fact that may be
                 -- under way keeps it, to know it again if its acknowledgement was lost
) STRICT;

-- The print journal. A job has the number of the fact that issued its ticket.
CREATE TABLE print_job (
    id      INTEGER PRIMARY KEY,
    day     TEXT    NOT NULL,
    queue   TEXT    NOT NULL,
    number  TEXT    NOT NULL,
    start   INTEGER NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'done')),
    turn    TEXT    NOT NULL CHECK (turn IN ('due', 'running', 'found', 'over')), -- whose move it is: the printer's,
                              -- still the printer's, a person's, nobody's
    slip    TEXT,             -- JSON; holds the code
    outcome INTEGER,          -- paper.Outcome
    level   INTEGER           -- paper.Level
) STRICT;
