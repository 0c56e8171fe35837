-- The book. TEXT collates by byte on both engines, so that names and ids sort alike.

-- +goose Up
CREATE TABLE workspace (
  workspace_id TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  country      TEXT COLLATE "C" NOT NULL, -- two letters, for phone numbers written without one; may be empty
  playbook     TEXT COLLATE "C" NOT NULL, -- the first playbook: half-life and calendar
  rules        TEXT COLLATE "C" NOT NULL, -- the version of the rules in use
  salt         TEXT COLLATE "C" NOT NULL, -- for the tombstones of erased people
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id)
) STRICT;

CREATE TABLE playbook (
  workspace_id TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  source       TEXT COLLATE "C" NOT NULL,
  used_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, name)
) STRICT;

CREATE TABLE member (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  name_key     TEXT COLLATE "C" NOT NULL,
  role         TEXT COLLATE "C" NOT NULL,
  department   TEXT COLLATE "C" NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX member_name ON member (workspace_id, name_key);

CREATE TABLE member_address (
  workspace_id TEXT COLLATE "C" NOT NULL,
  address      TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, address)
) STRICT;

-- What an account is, and beside it the projections that its entries have come to.
CREATE TABLE account (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  seq          BIGINT NOT NULL, -- counts the commands that touched it
  name         TEXT COLLATE "C" NOT NULL,
  name_key     TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  owner_id     TEXT COLLATE "C" NOT NULL,
  stage        TEXT COLLATE "C" NOT NULL,
  tier         TEXT COLLATE "C" NOT NULL,
  playbook     TEXT COLLATE "C" NOT NULL,
  tags         TEXT COLLATE "C" NOT NULL, -- JSON list
  hand         TEXT COLLATE "C" NOT NULL, -- JSON list of the fields a member typed
  merged_into  TEXT COLLATE "C",
  created_at   BIGINT NOT NULL,
  run_id       TEXT COLLATE "C",
  rules        TEXT COLLATE "C" NOT NULL, -- the version of the rules that the state was folded with
  state        BLOB NOT NULL, -- ledger.AppendState
  sign         BIGINT NOT NULL,
  rank_key     REAL NOT NULL,
  began_at     BIGINT NOT NULL,
  last_at      BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX account_rank ON account (workspace_id, sign, rank_key, id) WHERE merged_into IS NULL;
CREATE INDEX account_due ON account (workspace_id, due_at, id) WHERE merged_into IS NULL;
CREATE INDEX account_owner ON account (workspace_id, owner_id, due_at) WHERE merged_into IS NULL;
CREATE INDEX account_name ON account (workspace_id, name_key, id) WHERE merged_into IS NULL;
CREATE INDEX account_merged ON account (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX account_run ON account (workspace_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE account_tag (
  workspace_id TEXT COLLATE "C" NOT NULL,
  tag          TEXT COLLATE "C" NOT NULL, -- folded
  account_id   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, tag, account_id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX account_tag_account ON account_tag (workspace_id, account_id);

CREATE TABLE contact (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  seq          BIGINT NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  name_key     TEXT COLLATE "C" NOT NULL,
  fields       TEXT COLLATE "C" NOT NULL, -- JSON object
  hand         TEXT COLLATE "C" NOT NULL, -- JSON list of the fields a member typed
  birthday     TEXT COLLATE "C" NOT NULL, -- MM-DD, or empty
  merged_into  TEXT COLLATE "C",
  created_at   BIGINT NOT NULL,
  run_id       TEXT COLLATE "C",
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX contact_birthday ON contact (workspace_id, birthday) WHERE birthday <> '';
CREATE INDEX contact_name ON contact (workspace_id, name_key, id);
CREATE INDEX contact_merged ON contact (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contact_run ON contact (workspace_id, run_id) WHERE run_id IS NOT NULL;

-- Cards as they came, photos and all, apart from the contact so that lists never read them.
CREATE TABLE card (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- of its UID, else of its content
  contact_id   TEXT COLLATE "C" NOT NULL,
  uid          TEXT COLLATE "C" NOT NULL,
  digest       TEXT COLLATE "C" NOT NULL,
  raw          TEXT COLLATE "C" NOT NULL,
  run_id       TEXT COLLATE "C",
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX card_contact ON card (workspace_id, contact_id);
CREATE INDEX card_run ON card (workspace_id, run_id) WHERE run_id IS NOT NULL;

-- Where people are reached; the key is the form that is compared.
CREATE TABLE address (
  workspace_id TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL, -- email, phone, handle
  address      TEXT COLLATE "C" NOT NULL,
  contact_id   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, kind, address, contact_id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX address_contact ON address (workspace_id, contact_id);

CREATE TABLE account_contact (
  workspace_id TEXT COLLATE "C" NOT NULL,
  contact_id   TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C" NOT NULL,
  role         TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, contact_id, account_id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX account_contact_account ON account_contact (workspace_id, account_id);

CREATE TABLE relation (
  workspace_id TEXT COLLATE "C" NOT NULL,
  from_id      TEXT COLLATE "C" NOT NULL,
  to_id        TEXT COLLATE "C" NOT NULL,
  role         TEXT COLLATE "C" NOT NULL,
  entry_id     TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, from_id, to_id, role)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX relation_to ON relation (workspace_id, to_id);
CREATE INDEX relation_entry ON relation (workspace_id, entry_id);

-- The log. Rows are added; only voided_by, a projection of voiding entries, and an erasure change one.
CREATE TABLE entry (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C",
  subject_id   TEXT COLLATE "C",
  at           BIGINT NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  by_id        TEXT COLLATE "C" NOT NULL,
  facts        TEXT COLLATE "C" NOT NULL,
  words        TEXT COLLATE "C" NOT NULL,
  run_id       TEXT COLLATE "C",
  recorded_at  BIGINT NOT NULL,
  voided_by    TEXT COLLATE "C",
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX entry_account ON entry (workspace_id, account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX entry_subject ON entry (workspace_id, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX entry_run ON entry (workspace_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX entry_by ON entry (workspace_id, by_id, recorded_at) WHERE run_id IS NULL;

-- Keys that callers gave their writes, so that one asked for twice is done once and answered in full both times. A write
-- without a key of its caller's has no row.
CREATE TABLE asked (
  workspace_id TEXT COLLATE "C" NOT NULL,
  key_id       TEXT COLLATE "C" NOT NULL,
  command      TEXT COLLATE "C" NOT NULL,
  hash         TEXT COLLATE "C" NOT NULL, -- salted, of the command as it was asked for
  entries      TEXT COLLATE "C" NOT NULL, -- JSON list of the ids of all that it wrote
  at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key_id)
) STRICT;

-- What each entry did to the balance of the account it counts for (after a merge, the survivor). after is the
-- balance in points right after it, so that a statement can open anywhere.
CREATE TABLE posting (
  workspace_id TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  entry_id     TEXT COLLATE "C" NOT NULL,
  n            BIGINT NOT NULL,
  points       BIGINT NOT NULL,
  why          TEXT COLLATE "C" NOT NULL,
  after        REAL NOT NULL,
  PRIMARY KEY (workspace_id, account_id, at, entry_id, n)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres

CREATE TABLE promise (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- of its entry
  account_id   TEXT COLLATE "C" NOT NULL,
  by_id        TEXT COLLATE "C" NOT NULL,
  due_at       BIGINT NOT NULL,
  status       TEXT COLLATE "C" NOT NULL,
  settled_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX promise_open ON promise (workspace_id, due_at, id) WHERE status = 'open';
CREATE INDEX promise_account ON promise (workspace_id, account_id);
CREATE INDEX promise_due ON promise (workspace_id, due_at);

CREATE TABLE client_case (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- of its entry
  account_id   TEXT COLLATE "C" NOT NULL,
  open         BIGINT NOT NULL,
  estimate_at  BIGINT NOT NULL,
  update_at    BIGINT NOT NULL,
  settled_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX client_case_open ON client_case (workspace_id, update_at, id) WHERE open = 1;
CREATE INDEX client_case_account ON client_case (workspace_id, account_id);

-- How clients came by news: told, or after they had to ask. The headline figure is counted from its index.
CREATE TABLE news (
  workspace_id TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  entry_id     TEXT COLLATE "C" NOT NULL,
  owner_id     TEXT COLLATE "C" NOT NULL, -- the account's owner at the time
  came         TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, account_id, at, entry_id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX news_at ON news (workspace_id, at, owner_id, came);

CREATE TABLE run (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  by_id        TEXT COLLATE "C" NOT NULL,
  started_at   BIGINT NOT NULL,
  finished_at  BIGINT NOT NULL,
  undone_at    BIGINT NOT NULL,
  report       TEXT COLLATE "C" NOT NULL, -- JSON
  PRIMARY KEY (workspace_id, id)
) STRICT;

-- Strangers seen in mail: one row for each message and address, so that reading a file again counts nothing twice.
CREATE TABLE sighting (
  workspace_id TEXT COLLATE "C" NOT NULL,
  address      TEXT COLLATE "C" NOT NULL,
  source_id    TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  direction    TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  run_id       TEXT COLLATE "C",
  PRIMARY KEY (workspace_id, address, source_id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX sighting_run ON sighting (workspace_id, run_id) WHERE run_id IS NOT NULL;

CREATE TABLE tombstone (
  workspace_id TEXT COLLATE "C" NOT NULL,
  mark         TEXT COLLATE "C" NOT NULL, -- a salted hash of an address, a card's id or a name
  at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, mark)
) STRICT;

CREATE TABLE backup (
  workspace_id TEXT COLLATE "C" NOT NULL,
  path         TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, path)
) STRICT;

-- What can be searched: names and addresses of contacts and accounts, words of entries. doc is a number made from
-- the id, since SQLite's full-text tables know their rows by number. People and entries are apart, so that a name is
-- not looked for among all letters.
CREATE TABLE search (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  doc          BIGINT NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C",
  body         TEXT COLLATE "C" NOT NULL, -- folded words
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX search_doc ON search (workspace_id, doc);
CREATE VIRTUAL TABLE search_fts_people USING fts5(body, content='', tokenize='unicode61 remove_diacritics 0'); -- +sqlite
INSERT INTO search_fts_people(search_fts_people, rank) VALUES ('secure-delete', 1); -- +sqlite
CREATE VIRTUAL TABLE search_fts_words USING fts5(body, content='', tokenize='unicode61 remove_diacritics 0'); -- +sqlite
INSERT INTO search_fts_words(search_fts_words, rank) VALUES ('secure-delete', 1); -- +sqlite
CREATE INDEX search_people ON search USING gin (to_tsvector('simple', body)) WHERE kind <> 'entry'; -- +postgres
CREATE INDEX search_words ON search USING gin (to_tsvector('simple', body)) WHERE kind = 'entry'; -- +postgres
