-- Mailboxes that are read, and the passwords by which they are.

-- +goose Up

-- A mailbox at a mail server. What was read of its folders stands in state; the letters themselves are entries.
CREATE TABLE mailbox (
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  name         TEXT COLLATE "C" NOT NULL,
  name_key     TEXT COLLATE "C" NOT NULL,
  member_id    TEXT COLLATE "C" NOT NULL, -- whose it is; empty for the firm's
  host         TEXT COLLATE "C" NOT NULL,
  port         BIGINT NOT NULL,
  tls          TEXT COLLATE "C" NOT NULL, -- implicit, starttls, none
  login        TEXT COLLATE "C" NOT NULL, -- as whom to sign in there
  folders      TEXT COLLATE "C" NOT NULL, -- a line each; empty for the inbox and what was sent
  keeps        TEXT COLLATE "C" NOT NULL, -- text, headers
  shown        TEXT COLLATE "C" NOT NULL, -- firm: to all who see the account; member: words to its member alone
  creates      TEXT COLLATE "C" NOT NULL, -- what becomes of strangers: known, all
  by_id        TEXT COLLATE "C" NOT NULL, -- who added it
  created_at   BIGINT NOT NULL,
  state        TEXT COLLATE "C" NOT NULL, -- JSON: how far each folder was read
  fault        TEXT COLLATE "C" NOT NULL, -- of the last reading, in words; empty when it went well
  faults       BIGINT NOT NULL,           -- how many readings in a row did not go well
  read_at      BIGINT NOT NULL,           -- when it was last read to its end; 0 for never
  tried_at     BIGINT NOT NULL,           -- when it was last begun
  asked_at     BIGINT NOT NULL,           -- when somebody last asked for a reading
  leased_until BIGINT NOT NULL,           -- a program reads it until then; 0 while none does
  holder       TEXT COLLATE "C" NOT NULL, -- which one
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX mailbox_name ON mailbox (workspace_id, name_key);

-- What opens a mailbox. It stands apart, so that nothing that reads mailboxes reads it.
CREATE TABLE mailbox_secret (
  workspace_id TEXT COLLATE "C" NOT NULL,
  mailbox_id   TEXT COLLATE "C" NOT NULL,
  password     TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, mailbox_id)
) STRICT;
