-- Pages that clients have of their own, and the numbers at which members are reached.

-- +goose Up

-- What a client's secret link opens. It is found by its secret before it is known whose it is, so it has no foreign key into
-- a workspace, and only a hash of the secret is kept. A link that was ended or has run out stays a while, to be told of.
CREATE TABLE client_link (
  hash         TEXT COLLATE "C" NOT NULL,
  workspace_id TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL, -- names it on pages
  account_id   TEXT COLLATE "C" NOT NULL,
  contact_id   TEXT COLLATE "C" NOT NULL, -- whose page it is
  about_id     TEXT COLLATE "C" NOT NULL, -- the one piece of work that it shows; empty for all of the account's
  by_id        TEXT COLLATE "C" NOT NULL, -- the member who made it
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL, -- 0 while nobody has ended it
  ended_by     TEXT COLLATE "C" NOT NULL,
  seen_at      BIGINT NOT NULL, -- when the page was opened last, 0 for never; that is no contact
  visits       BIGINT NOT NULL,
  PRIMARY KEY (hash)
) STRICT;
CREATE UNIQUE INDEX client_link_id ON client_link (workspace_id, id);
CREATE INDEX client_link_account ON client_link (workspace_id, account_id);
CREATE INDEX client_link_expires ON client_link (workspace_id, expires_at);
CREATE INDEX client_link_contact ON client_link (workspace_id, contact_id);

ALTER TABLE member ADD COLUMN phone TEXT COLLATE "C" NOT NULL DEFAULT '';
