-- Which promises are to introduce somebody, as those of a hand-over are: a list of its own.

-- +goose Up
ALTER TABLE promise ADD COLUMN introduces TEXT COLLATE "C" NOT NULL DEFAULT ''; -- the member; empty for any other promise
CREATE INDEX promise_introduces ON promise (workspace_id, due_at, id) WHERE status = 'open' AND introduces <> '';
