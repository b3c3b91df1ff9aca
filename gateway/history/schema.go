package history

// schemaVersion is raised with every change of the tables or of what a row
// holds; an older file is rebuilt.
const schemaVersion = 5

// schema makes the tables of an empty file. Times are microseconds since 1970,
// 0 for none. words is a trigram index of the searched text of the runs that have
// ended, under the sequence of their first event: it finds candidates, and the
// text itself decides.
const schema = `
CREATE TABLE meta (
	one           INTEGER PRIMARY KEY CHECK (one = 1),
	position      INTEGER NOT NULL, -- sequence of the last event taken in
	position_hash TEXT    NOT NULL  -- SHA-256 of its stored line
);
INSERT INTO meta VALUES (1, 0, '');

CREATE TABLE runs (
	org           TEXT    NOT NULL,
	run_id        TEXT    NOT NULL,
	status        TEXT    NOT NULL,
	open          INTEGER NOT NULL, -- 1 until a terminal event
	request_kind  TEXT    NOT NULL,
	question      TEXT    NOT NULL,
	sentence      TEXT    NOT NULL,
	dataset_id    TEXT    NOT NULL,
	version       TEXT    NOT NULL,
	thread_id     TEXT    NOT NULL,
	parent_run_id TEXT    NOT NULL,
	user          TEXT    NOT NULL,
	asked_at      INTEGER NOT NULL,
	finished_at   INTEGER NOT NULL,
	deadline      INTEGER NOT NULL,
	row_count     INTEGER,          -- NULL: nothing was executed
	text          TEXT    NOT NULL,
	error         TEXT    NOT NULL, -- fault as JSON, or ''
	search        TEXT    NOT NULL, -- lower-cased text a search looks in
	digest        TEXT    NOT NULL, -- of the capsule, once the run has ended
	seq           INTEGER NOT NULL, -- of the run's last event
	plan          TEXT    NOT NULL, -- of an answered run, or ''
	change        TEXT    NOT NULL, -- what it did to its thread, as JSON, or ''
	first         INTEGER NOT NULL, -- of the run's first event
	origin        TEXT    NOT NULL, -- of its newest statement, or ''
	road          TEXT    NOT NULL, -- likewise
	code          TEXT    NOT NULL, -- of its fault, or ''
	cache         TEXT    NOT NULL, -- of its result, or ''
	head          TEXT    NOT NULL, -- of its chain, once the run has ended
	links         BLOB    NOT NULL, -- the first bytes of each of the chain's hashes
	PRIMARY KEY (org, run_id)
) WITHOUT ROWID;

CREATE TABLE labels (
	org        TEXT    NOT NULL,
	thread_id  TEXT    NOT NULL,
	title      TEXT    NOT NULL, -- '' for none of its own
	search     TEXT    NOT NULL, -- the title in lower case
	deleted_at INTEGER NOT NULL,
	revision   INTEGER NOT NULL, -- of the entry it was read from
	PRIMARY KEY (org, thread_id)
) WITHOUT ROWID;

-- Whatever narrows a list is in this index: a page is found, and runs are
-- counted, without reading the rows.
CREATE INDEX runs_by_time   ON runs (org, asked_at DESC, run_id DESC, status, user, dataset_id, request_kind, origin, road, code, thread_id);
CREATE UNIQUE INDEX runs_by_first ON runs (first);
CREATE INDEX runs_by_thread ON runs (org, thread_id, asked_at DESC, run_id DESC);
CREATE INDEX runs_open      ON runs (org, user) WHERE open = 1;
CREATE INDEX runs_ended     ON runs (seq) WHERE open = 0;
CREATE INDEX runs_overdue   ON runs (deadline) WHERE open = 1;

-- Who asked, and about which dataset.
CREATE TABLE names (org TEXT, kind TEXT, value TEXT, PRIMARY KEY (org, kind, value)) WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (search, content='', contentless_delete=1, tokenize='trigram case_sensitive 1', detail=none);
`
