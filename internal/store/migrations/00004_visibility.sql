-- Who may see what: accounts for a team or for their owner alone, private notes, members who are away or have left.

-- +goose Up
ALTER TABLE account ADD COLUMN visibility TEXT COLLATE "C" NOT NULL DEFAULT 'firm'; -- firm, team, owner
CREATE INDEX account_guarded ON account (workspace_id, visibility, owner_id) WHERE visibility <> 'firm';

ALTER TABLE search ADD COLUMN private_to TEXT COLLATE "C"; -- of a private note the one who finds it

ALTER TABLE member ADD COLUMN deputy_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN away_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN away_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN left_at BIGINT NOT NULL DEFAULT 0;

-- What was typed by its kind, for the audit. Touches are most of the log: a page of them is found without it.
CREATE INDEX entry_changes ON entry (workspace_id, kind, recorded_at, id) WHERE run_id IS NULL AND kind <> 'touch';

-- What happened at the door: signing in, failing to, tokens made, passwords and roles changed. It is kept for a while
-- beside the log, since it says nothing about a client.
CREATE TABLE door (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  what         TEXT COLLATE "C" NOT NULL, -- signed_in, refused, token, password, ended
  member_id    TEXT COLLATE "C" NOT NULL, -- whose door
  detail       TEXT COLLATE "C" NOT NULL, -- a token's label, a browser
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX door_at ON door (workspace_id, at, id);
