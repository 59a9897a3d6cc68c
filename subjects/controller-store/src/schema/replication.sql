-- Version 2: leases, what was done, and what the peers have to hear.

CREATE TABLE leases (
    resource TEXT PRIMARY KEY,
    holder INTEGER CHECK (holder BETWEEN 0 AND 4294967295),
    fencing INTEGER NOT NULL CHECK (fencing BETWEEN 1 AND 4294967295),
    expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 0 AND 4294967295)
) STRICT, WITHOUT ROWID;

-- The numbers of a rank are there for remote operations, the actor for our own.
CREATE TABLE ops (
    op_id INTEGER PRIMARY KEY CHECK (op_id BETWEEN 0 AND 4294967295),
    actor INTEGER CHECK (actor BETWEEN 0 AND 4294967295),
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,
    is_valid INTEGER CHECK (is_valid IN (0, 1)),
    is_safe INTEGER CHECK (is_safe IN (0, 1)),
    priority INTEGER CHECK (priority BETWEEN 0 AND 255),
    epoch INTEGER CHECK (epoch BETWEEN 0 AND 4294967295),
    time INTEGER CHECK (time BETWEEN 0 AND 4294967295),
    controller INTEGER CHECK (controller BETWEEN 0 AND 4294967295),
    standing TEXT CHECK (standing IN ('head', 'rejected', 'compensated')),
    request BLOB NOT NULL CHECK (length(request) = 32),
    reply_kind INTEGER NOT NULL CHECK (reply_kind BETWEEN 0 AND 5),
    reply_first INTEGER NOT NULL CHECK (reply_first BETWEEN 0 AND 4294967295),
    reply_second INTEGER NOT NULL CHECK (reply_second BETWEEN 0 AND 4294967295),
    CHECK ((actor IS NULL) = (standing IS NOT NULL)),
    CHECK ((is_valid IS NULL) = (standing IS NULL))
) STRICT;

CREATE TABLE heads (
    resource TEXT PRIMARY KEY,
    op_id INTEGER NOT NULL UNIQUE REFERENCES ops ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id INTEGER NOT NULL UNIQUE REFERENCES ops ON DELETE RESTRICT,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE acks (
    peer INTEGER PRIMARY KEY CHECK (peer BETWEEN 0 AND 4294967295),
    seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT;
