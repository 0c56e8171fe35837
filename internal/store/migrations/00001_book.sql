-- The book. Written in SQLite's words; sqldb turns the types into PostgreSQL's (TEXT collates by byte there).
-- Every primary key and index starts with workspace_id, so that the book can be spread by workspace.

-- +goose Up
CREATE TABLE workspace (
  workspace_id TEXT NOT NULL,
  name         TEXT NOT NULL,
  zone         TEXT NOT NULL,
  playbook     TEXT NOT NULL, -- the first playbook: half-life and calendar
  rules        TEXT NOT NULL, -- the version of the rules in use
  salt         TEXT NOT NULL, -- for the tombstones of erased people
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id)
) STRICT;

CREATE TABLE playbook (
  workspace_id TEXT NOT NULL,
  name         TEXT NOT NULL,
  source       TEXT NOT NULL,
  used_at      INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, name)
) STRICT;

CREATE TABLE member (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  role         TEXT NOT NULL,
  department   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX member_name ON member (workspace_id, name_key);

CREATE TABLE member_address (
  workspace_id TEXT NOT NULL,
  address      TEXT NOT NULL,
  member_id    TEXT NOT NULL,
  PRIMARY KEY (workspace_id, address)
) STRICT;

-- What an account is, and beside it the projections that its entries have come to.
CREATE TABLE account (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  seq          INTEGER NOT NULL, -- counts the commands that touched it
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  owner_id     TEXT NOT NULL,
  stage        TEXT NOT NULL,
  tier         TEXT NOT NULL,
  playbook     TEXT NOT NULL,
  tags         TEXT NOT NULL, -- JSON list
  custom       TEXT NOT NULL, -- JSON object
  hand         TEXT NOT NULL, -- JSON list of the fields a member typed
  merged_into  TEXT,
  created_at   INTEGER NOT NULL,
  run_id       TEXT,
  rules        TEXT NOT NULL, -- the version of the rules that the state was folded with
  state        BLOB NOT NULL, -- ledger.AppendState
  sign         INTEGER NOT NULL,
  rank_key     REAL NOT NULL,
  began_at     INTEGER NOT NULL,
  last_at      INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX account_rank ON account (workspace_id, sign, rank_key, id) WHERE merged_into IS NULL;
CREATE INDEX account_due ON account (workspace_id, due_at, id) WHERE merged_into IS NULL;
CREATE INDEX account_owner ON account (workspace_id, owner_id, due_at) WHERE merged_into IS NULL;
CREATE INDEX account_name ON account (workspace_id, name_key, id) WHERE merged_into IS NULL;
CREATE INDEX account_merged ON account (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX account_run ON account (workspace_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE account_tag (
  workspace_id TEXT NOT NULL,
  tag          TEXT NOT NULL, -- folded
  account_id   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, tag, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_tag_account ON account_tag (workspace_id, account_id);

CREATE TABLE contact (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  fields       TEXT NOT NULL, -- JSON object
  hand         TEXT NOT NULL, -- JSON list of the fields a member typed
  merged_into  TEXT,
  created_at   INTEGER NOT NULL,
  run_id       TEXT,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX contact_name ON contact (workspace_id, name_key, id);
CREATE INDEX contact_merged ON contact (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contact_run ON contact (workspace_id, run_id) WHERE run_id IS NOT NULL;

-- Cards as they came, photos and all, apart from the contact so that lists never read them.
CREATE TABLE card (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL, -- of its UID, else of its content
  contact_id   TEXT NOT NULL,
  uid          TEXT NOT NULL,
  digest       TEXT NOT NULL,
  raw          TEXT NOT NULL,
  run_id       TEXT,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX card_contact ON card (workspace_id, contact_id);
CREATE INDEX card_run ON card (workspace_id, run_id) WHERE run_id IS NOT NULL;

-- Where people are reached; the key is the form that is compared.
CREATE TABLE address (
  workspace_id TEXT NOT NULL,
  kind         TEXT NOT NULL, -- email, phone, handle
  address      TEXT NOT NULL,
  contact_id   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, kind, address, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_contact ON address (workspace_id, contact_id);

CREATE TABLE account_contact (
  workspace_id TEXT NOT NULL,
  contact_id   TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  role         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_contact_account ON account_contact (workspace_id, account_id);

CREATE TABLE relation (
  workspace_id TEXT NOT NULL,
  from_id      TEXT NOT NULL,
  to_id        TEXT NOT NULL,
  role         TEXT NOT NULL,
  entry_id     TEXT NOT NULL,
  PRIMARY KEY (workspace_id, from_id, to_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_to ON relation (workspace_id, to_id);
CREATE INDEX relation_entry ON relation (workspace_id, entry_id);

-- The log. Rows are added; only voided_by, a projection of voiding entries, and an erasure change one.
CREATE TABLE entry (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  account_id   TEXT,
  subject_id   TEXT,
  at           INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  by_id        TEXT NOT NULL,
  facts        TEXT NOT NULL,
  words        TEXT NOT NULL,
  run_id       TEXT,
  recorded_at  INTEGER NOT NULL,
  voided_by    TEXT,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX entry_account ON entry (workspace_id, account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX entry_subject ON entry (workspace_id, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX entry_run ON entry (workspace_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX entry_by ON entry (workspace_id, by_id, recorded_at) WHERE run_id IS NULL;

-- What each entry did to the balance of the account it counts for (after a merge, the survivor). after is the
-- balance in points right after it, so that a statement can open anywhere.
CREATE TABLE posting (
  workspace_id TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  at           INTEGER NOT NULL,
  entry_id     TEXT NOT NULL,
  n            INTEGER NOT NULL,
  points       INTEGER NOT NULL,
  why          TEXT NOT NULL,
  after        REAL NOT NULL,
  PRIMARY KEY (workspace_id, account_id, at, entry_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE promise (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL, -- of its entry
  account_id   TEXT NOT NULL,
  by_id        TEXT NOT NULL,
  due_at       INTEGER NOT NULL,
  status       TEXT NOT NULL,
  settled_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX promise_open ON promise (workspace_id, due_at, id) WHERE status = 'open';
CREATE INDEX promise_account ON promise (workspace_id, account_id);
CREATE INDEX promise_member ON promise (workspace_id, by_id, due_at);

CREATE TABLE client_case (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL, -- of its entry
  account_id   TEXT NOT NULL,
  open         INTEGER NOT NULL,
  estimate_at  INTEGER NOT NULL,
  update_at    INTEGER NOT NULL,
  settled_at   INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX client_case_open ON client_case (workspace_id, update_at, id) WHERE open = 1;
CREATE INDEX client_case_account ON client_case (workspace_id, account_id);

CREATE TABLE run (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  by_id        TEXT NOT NULL,
  started_at   INTEGER NOT NULL,
  finished_at  INTEGER NOT NULL,
  undone_at    INTEGER NOT NULL,
  report       TEXT NOT NULL, -- JSON
  PRIMARY KEY (workspace_id, id)
) STRICT;

-- Strangers seen in mail: one row for each message and address, so that reading a file again counts nothing twice.
CREATE TABLE sighting (
  workspace_id TEXT NOT NULL,
  address      TEXT NOT NULL,
  source_id    TEXT NOT NULL,
  name         TEXT NOT NULL,
  direction    TEXT NOT NULL,
  at           INTEGER NOT NULL,
  run_id       TEXT,
  PRIMARY KEY (workspace_id, address, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_run ON sighting (workspace_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE tombstone (
  workspace_id TEXT NOT NULL,
  mark         TEXT NOT NULL, -- a salted hash of an address, a card's id or a name
  at           INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, mark)
) STRICT;

CREATE TABLE backup (
  workspace_id TEXT NOT NULL,
  path         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, path)
) STRICT;

-- What can be searched: names and addresses of contacts and accounts, words of entries. doc is a number made from
-- the id, since SQLite's full-text table knows its rows by number.
CREATE TABLE search (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  doc          INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  account_id   TEXT,
  body         TEXT NOT NULL, -- folded words
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX search_doc ON search (workspace_id, doc);
CREATE VIRTUAL TABLE search_fts USING fts5(body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'); -- +sqlite
INSERT INTO search_fts(search_fts, rank) VALUES ('secure-delete', 1); -- +sqlite
CREATE INDEX search_body ON search USING gin (to_tsvector('simple', body)); -- +postgres
