-- What the account's page tells of.

-- +goose Up

-- Notes, files and changes of an account: few entries among many, and read for every page.
CREATE INDEX entry_known ON entry (workspace_id, account_id, at, id) WHERE kind IN ('note', 'attached', 'changed') AND voided_by IS NULL;
