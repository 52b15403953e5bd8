-- Reminders that were withdrawn here while the scheduler could not be told, by the ticket. Kept until it was told, at the
-- latest until the day closes.
CREATE TABLE withdrawal (
    day    TEXT    NOT NULL,
    queue  TEXT    NOT NULL,
    number TEXT    NOT NULL,
    code   BLOB    NOT NULL CHECK (length(code) = 8), -- code hash of the ticket
    PRIMARY KEY (day, queue, number, code)
) STRICT, WITHOUT ROWID;

-- Whether the day is known only because slots of it were asked for: of its other sheets this totem is told nothing. 0 once it
-- is granted slots of the day as everybody is.
ALTER TABLE day_key ADD COLUMN asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1));

-- The office says more from now on: it is pulled anew.
UPDATE office SET digest = '';
