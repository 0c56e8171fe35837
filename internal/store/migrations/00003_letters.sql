-- What is left to be done after a commit, and the letters that go out.

-- +goose Up

-- Work that a command left to be done after its commit. A row is taken by leasing it; done rows are deleted.
CREATE TABLE job (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  unique_key   TEXT COLLATE "C",          -- two jobs of one kind with one key are one
  payload      TEXT COLLATE "C" NOT NULL, -- JSON
  due_at       BIGINT NOT NULL,           -- when it may run, or run again
  leased_until BIGINT NOT NULL,           -- 0 while nobody works on it
  attempts     BIGINT NOT NULL,
  error        TEXT COLLATE "C" NOT NULL, -- of the last attempt, in words
  failed       BIGINT NOT NULL,           -- 1 when no attempt is left
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX job_key ON job (workspace_id, kind, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX job_due ON job (workspace_id, kind, due_at, id) WHERE failed = 0;

-- Letters to members. body holds a link that is good once, so it is emptied as soon as nobody needs it.
CREATE TABLE letter (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL, -- invitation, reset
  member_id    TEXT COLLATE "C" NOT NULL,
  pass_id      TEXT COLLATE "C" NOT NULL, -- of the link in it
  address      TEXT COLLATE "C" NOT NULL, -- whom it goes to; empty when it can only be handed over
  lang         TEXT COLLATE "C" NOT NULL,
  subject      TEXT COLLATE "C" NOT NULL,
  body         TEXT COLLATE "C" NOT NULL,
  state        TEXT COLLATE "C" NOT NULL, -- waiting, sent, failed, handed, dropped
  reason       TEXT COLLATE "C" NOT NULL, -- of the last attempt that failed
  tries        BIGINT NOT NULL,
  by_id        TEXT COLLATE "C" NOT NULL, -- who had it written
  created_at   BIGINT NOT NULL,
  settled_at   BIGINT NOT NULL,           -- when it reached its state; 0 while it waits
  expires_at   BIGINT NOT NULL,           -- when its link stops working
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX letter_newest ON letter (workspace_id, created_at, id);
CREATE INDEX letter_member ON letter (workspace_id, member_id, kind);
