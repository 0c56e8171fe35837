-- Who came in at the door, and from where.

-- +goose Up
ALTER TABLE door ADD COLUMN by_id TEXT COLLATE "C" NOT NULL DEFAULT ''; -- who did it; empty when nobody was signed in
ALTER TABLE door ADD COLUMN how TEXT COLLATE "C" NOT NULL DEFAULT '';   -- by what: password, provider, a kind of link, a scope
ALTER TABLE door ADD COLUMN place TEXT COLLATE "C" NOT NULL DEFAULT ''; -- the network address; empty at the command line
CREATE INDEX door_of ON door (workspace_id, member_id, at, id);
CREATE INDEX door_refused ON door (workspace_id, at, id) WHERE what = 'refused'; -- which go sooner than the others
