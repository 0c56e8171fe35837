-- Letters to clients beside those to members.

-- +goose Up
ALTER TABLE letter ADD COLUMN account_id TEXT COLLATE "C" NOT NULL DEFAULT '';  -- of a letter to a client, whose id is its touch's; empty for a member's
ALTER TABLE letter ADD COLUMN contact_id TEXT COLLATE "C" NOT NULL DEFAULT '';  -- which of its people
ALTER TABLE letter ADD COLUMN rests_until BIGINT NOT NULL DEFAULT 0;            -- until when it may be taken back before anything is tried
ALTER TABLE letter ADD COLUMN head TEXT COLLATE "C" NOT NULL DEFAULT '';        -- JSON: what stands in its head besides
CREATE INDEX letter_client ON letter (workspace_id, created_at, id) WHERE account_id <> '';
CREATE INDEX letter_asks ON letter (workspace_id, created_at, id) WHERE state = 'uncertain';
CREATE INDEX letter_address ON letter (workspace_id, address);
CREATE INDEX letter_expires ON letter (workspace_id, expires_at) WHERE body <> '' AND expires_at > 0;
CREATE INDEX letter_contact ON letter (workspace_id, contact_id) WHERE account_id <> '';
