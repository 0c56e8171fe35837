-- What everybody sees, by when something is due: whoever sees little else reads it beside their own and their team's.

-- +goose Up
CREATE INDEX account_due_firm ON account (workspace_id, due_at, id) WHERE merged_into IS NULL AND visibility = 'firm';
