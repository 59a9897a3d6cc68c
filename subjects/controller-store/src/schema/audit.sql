-- Version 3: jobs that undo what lost, and the audit log.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY REFERENCES ops ON DELETE RESTRICT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts BETWEEN 0 AND 3),
    lease_fencing INTEGER NOT NULL CHECK (lease_fencing BETWEEN 0 AND 4294967295)
) STRICT;
-- What lost before there were jobs has to be undone as well.
INSERT INTO jobs SELECT op_id, 'pending', 0, 0 FROM ops WHERE standing = 'compensated';

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL CHECK (ts BETWEEN 0 AND 4294967295),
    actor INTEGER CHECK (actor BETWEEN 0 AND 4294967295),
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- REPLACE deletes as well; that it fires the trigger takes `PRAGMA recursive_triggers`.
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_keeps_contents BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit log has no gaps'); END;
