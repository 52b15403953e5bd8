-- A slip can be asked for again, and the roll of paper is counted.
ALTER TABLE print_job ADD COLUMN copy INTEGER NOT NULL DEFAULT 0 CHECK (copy IN (0, 1)); -- 1: a person asked for it
                              -- although an earlier slip of this ticket may be on paper; stays, whatever becomes of it
ALTER TABLE print_job ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- when it came into its state; 0 for not known

-- The roll of paper in the printer.
CREATE TABLE roll (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    body TEXT NOT NULL -- JSON, paper.Roll
) STRICT;
INSERT INTO roll VALUES (1, '{}');
