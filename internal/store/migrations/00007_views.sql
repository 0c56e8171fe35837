-- Lists that are kept, and files that are attached.

-- +goose Up

-- A list by name: what narrows it, how it is sorted, which columns it has.
CREATE TABLE saved_view (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL, -- who keeps it
  name         TEXT COLLATE "C" NOT NULL,
  name_key     TEXT COLLATE "C" NOT NULL,
  query        TEXT COLLATE "C" NOT NULL, -- as in the address of a page, in one order
  shared       BIGINT NOT NULL,           -- 1 when all of the firm see it
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX saved_view_name ON saved_view (workspace_id, member_id, name_key);
CREATE INDEX saved_view_shared ON saved_view (workspace_id, name_key) WHERE shared = 1;

-- What is in files that stand on accounts, by its hash. Who attached it, when and as what is said by the log; a file that
-- was taken away stays here, so that taking it away can be undone, until its account's people are erased.
CREATE TABLE blob (
  workspace_id TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C" NOT NULL,
  hash         TEXT COLLATE "C" NOT NULL, -- SHA-256, in hex
  data         BLOB NOT NULL,
  PRIMARY KEY (workspace_id, account_id, hash)
) STRICT;
