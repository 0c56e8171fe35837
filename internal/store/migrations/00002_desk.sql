-- The desk: who may come in.

-- +goose Up

-- Names that are unique over all firms. They have no foreign keys into a workspace, so that a book can be spread by
-- workspace; a name found here says where to look.
CREATE TABLE login (
  address      TEXT COLLATE "C" NOT NULL, -- book.EmailKey
  workspace_id TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (address)
) STRICT;

-- What a secret opens: a session, a token of the API, or a link that is good once. Only a hash of the secret is kept.
CREATE TABLE pass (
  hash         TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL, -- session, token, begin, invite, reset
  workspace_id TEXT COLLATE "C" NOT NULL, -- empty for a session that nobody has signed in to yet
  member_id    TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- names it on pages
  label        TEXT COLLATE "C" NOT NULL, -- of a session the browser, of a token what it is for
  scope        TEXT COLLATE "C" NOT NULL, -- of a token: read or write
  data         BLOB NOT NULL,             -- of a session what it remembers
  created_at   BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  PRIMARY KEY (hash)
) STRICT;
CREATE INDEX pass_member ON pass (workspace_id, member_id, kind);
CREATE INDEX pass_expires ON pass (expires_at);

-- How a member proves who they are.
CREATE TABLE credential (
  workspace_id TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL,
  password     TEXT COLLATE "C" NOT NULL, -- argon2id in its usual form; empty for none
  totp         TEXT COLLATE "C" NOT NULL, -- the shared secret; empty for none
  totp_step    BIGINT NOT NULL,           -- the last step used, which is good once
  recovery     TEXT COLLATE "C" NOT NULL, -- JSON list of hashes of codes that are good once
  changed_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, member_id)
) STRICT;

-- What a member likes: language, zone, order of dates, theme, and whether single letters are keys.
CREATE TABLE preference (
  workspace_id TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  value        TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, member_id, name)
) STRICT;

-- What was typed lately, for those who watch.
CREATE INDEX entry_typed ON entry (workspace_id, recorded_at, id) WHERE run_id IS NULL;
