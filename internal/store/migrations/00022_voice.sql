-- What clients were asked of us and what they said, a projection of entries without their words. It is filled for what was written
-- before when the firm is counted anew.

-- +goose Up
CREATE TABLE voice (
  workspace_id TEXT COLLATE "C" NOT NULL,
  account_id   TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- of the entry
  what         TEXT COLLATE "C" NOT NULL, -- asked, answer, complaint
  ask_id       TEXT COLLATE "C" NOT NULL, -- of an answer, the entry that asked; empty where nobody had asked
  contact_id   TEXT COLLATE "C" NOT NULL, -- who was asked or answered; empty where that is not known
  owner_id     TEXT COLLATE "C" NOT NULL, -- the account's owner at the time
  by_id        TEXT COLLATE "C" NOT NULL, -- the member who wrote it down; empty where the client did
  question     TEXT COLLATE "C" NOT NULL,
  pulse        TEXT COLLATE "C" NOT NULL, -- the question's name in the playbook
  score        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, account_id, at, id)
) STRICT, WITHOUT ROWID; -- +sqlite
); -- +postgres
CREATE INDEX voice_contact ON voice (workspace_id, contact_id, at) WHERE contact_id <> '';
CREATE INDEX voice_answer ON voice (workspace_id, ask_id) WHERE ask_id <> '';
CREATE INDEX voice_pulse ON voice (workspace_id, at, id) WHERE ask_id = '' AND what <> 'complaint';
CREATE INDEX voice_complaint ON voice (workspace_id, at, owner_id, account_id) WHERE what = 'complaint';
