-- What a small ticket server keeps of each number: who called it.
CREATE TABLE tickets (id INTEGER PRIMARY KEY, number TEXT, name TEXT, timestamp TEXT, pulled INTEGER, pulledBy TEXT);
