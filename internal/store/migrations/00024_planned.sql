-- What is planned for clients, a projection of its entries.

-- +goose Up
CREATE TABLE planned (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- of the entry that plans it
  account_id   TEXT COLLATE "C" NOT NULL,
  closing_id   TEXT COLLATE "C" NOT NULL, -- the closing whose plan it is part of
  due_at       BIGINT NOT NULL,
  channel      TEXT COLLATE "C" NOT NULL,
  moment       TEXT COLLATE "C" NOT NULL, -- of the playbook; empty where a member thought of it
  candid       BIGINT NOT NULL, -- they are asked an honest question
  status       TEXT COLLATE "C" NOT NULL, -- open, done, dropped
  done_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX planned_open ON planned (workspace_id, due_at, id) WHERE status = 'open';
CREATE INDEX planned_account ON planned (workspace_id, account_id);
