-- What a queue system of a provincial government keeps of each visit: the clerk by id, the citizen by name and contact.
CREATE TABLE csr (csr_id INTEGER PRIMARY KEY, username TEXT NOT NULL, office_id INTEGER NOT NULL);
CREATE TABLE citizen (
    citizen_id         INTEGER PRIMARY KEY,
    office_id          INTEGER NOT NULL,
    ticket_number      TEXT,
    citizen_name       TEXT,
    notification_phone TEXT,
    notification_email TEXT,
    start_time         TEXT
);
CREATE TABLE period (period_id INTEGER PRIMARY KEY, csr_id INTEGER NOT NULL REFERENCES csr, time_start TEXT, time_end TEXT);
