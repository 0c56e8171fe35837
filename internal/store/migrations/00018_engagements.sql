-- Pieces of work with their stages, a projection of their entries.

-- +goose Up
CREATE TABLE engagement (
  workspace_id   TEXT COLLATE "C" NOT NULL,
  id             TEXT COLLATE "C" NOT NULL, -- of the entry that began it
  account_id     TEXT COLLATE "C" NOT NULL,
  kind           TEXT COLLATE "C" NOT NULL,
  stage          TEXT COLLATE "C" NOT NULL,
  status         TEXT COLLATE "C" NOT NULL, -- open, done, dropped
  began_at       BIGINT NOT NULL,
  staged_at      BIGINT NOT NULL,
  until_at       BIGINT NOT NULL, -- when its stage is to be over
  update_at      BIGINT NOT NULL, -- when the client hears how it stands
  due_at         BIGINT NOT NULL, -- when the first of all does who are to hear
  step_at        BIGINT NOT NULL, -- the day of its next step, 0 for none
  step_id        TEXT COLLATE "C" NOT NULL, -- the entry that tells the next step
  responsible_id TEXT COLLATE "C" NOT NULL, -- the member who has it in this stage
  department     TEXT COLLATE "C" NOT NULL,
  hard           BIGINT NOT NULL, -- a date slipped or something went wrong
  ended_at       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX engagement_open ON engagement (workspace_id, due_at, id) WHERE status = 'open';
CREATE INDEX engagement_account ON engagement (workspace_id, account_id);
