-- Version 1: what there is. `length` and GLOB stop at a NUL, hence `instr`.

CREATE TABLE clock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    now INTEGER NOT NULL CHECK (now BETWEEN 0 AND 4294967295)
) STRICT;
INSERT INTO clock VALUES (1, 0);

CREATE TABLE nodes (
    id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4294967295),
    hostname TEXT NOT NULL
        CHECK (length(hostname) BETWEEN 1 AND 63 AND hostname GLOB '[a-z]*' AND hostname NOT GLOB '*[^a-z0-9-]*'
            AND instr(hostname, char(0)) = 0),
    address INTEGER NOT NULL UNIQUE CHECK (address BETWEEN 0 AND 4294967295),
    cpu_total INTEGER NOT NULL CHECK (cpu_total BETWEEN 0 AND 4294967295),
    mem_total INTEGER NOT NULL CHECK (mem_total BETWEEN 0 AND 4294967295),
    status TEXT NOT NULL CHECK (status IN ('registered', 'ready', 'draining')),
    approval TEXT NOT NULL CHECK (approval IN ('pending', 'approved', 'rejected')),
    incarnation INTEGER NOT NULL CHECK (incarnation BETWEEN 0 AND 4294967295),
    registered_at INTEGER NOT NULL CHECK (registered_at >= 0),
    last_seen INTEGER NOT NULL CHECK (last_seen >= registered_at)
) STRICT;

CREATE TABLE labels (
    node_id INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
    label TEXT NOT NULL
        CHECK (length(label) BETWEEN 1 AND 63 AND label GLOB '[a-z]*' AND label NOT GLOB '*[^a-z0-9-]*'
            AND instr(label, char(0)) = 0),
    PRIMARY KEY (node_id, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 4294967295),
    format TEXT NOT NULL CHECK (format IN ('raw', 'qcow2')),
    refcount INTEGER NOT NULL CHECK (refcount >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE networks (
    id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4294967295),
    name TEXT NOT NULL UNIQUE
        CHECK (length(name) BETWEEN 1 AND 63 AND name GLOB '[a-z]*' AND name NOT GLOB '*[^a-z0-9-]*'
            AND instr(name, char(0)) = 0),
    base INTEGER NOT NULL CHECK (base BETWEEN 0 AND 4294967295),
    prefix_length INTEGER NOT NULL CHECK (prefix_length BETWEEN 1 AND 30),
    first INTEGER NOT NULL CHECK (first > base),
    last INTEGER NOT NULL CHECK (last >= first),
    gateway INTEGER NOT NULL CHECK (gateway > base)
) STRICT;

CREATE TABLE vms (
    id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 4294967295),
    name TEXT NOT NULL UNIQUE
        CHECK (length(name) BETWEEN 1 AND 63 AND name GLOB '[a-z]*' AND name NOT GLOB '*[^a-z0-9-]*'
            AND instr(name, char(0)) = 0),
    node_id INTEGER NOT NULL REFERENCES nodes ON DELETE RESTRICT,
    image_digest BLOB NOT NULL REFERENCES images ON DELETE RESTRICT,
    net_id INTEGER NOT NULL REFERENCES networks ON DELETE RESTRICT,
    cpu INTEGER NOT NULL CHECK (cpu BETWEEN 1 AND 4294967295),
    mem INTEGER NOT NULL CHECK (mem BETWEEN 1 AND 4294967295),
    desired TEXT NOT NULL CHECK (desired IN ('running', 'stopped')),
    observed INTEGER NOT NULL CHECK (observed BETWEEN 0 AND generation),
    generation INTEGER NOT NULL CHECK (generation BETWEEN 1 AND 4294967295)
) STRICT;
CREATE INDEX vms_by_node ON vms (node_id);
CREATE INDEX vms_by_image ON vms (image_digest);

CREATE TABLE ip_allocs (
    net_id INTEGER NOT NULL REFERENCES networks ON DELETE RESTRICT,
    ip INTEGER NOT NULL CHECK (ip BETWEEN 0 AND 4294967295),
    vm_id INTEGER NOT NULL UNIQUE REFERENCES vms ON DELETE RESTRICT,
    PRIMARY KEY (net_id, ip)
) STRICT, WITHOUT ROWID;
