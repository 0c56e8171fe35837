-- Settings: what the firm wrote down about itself is read on every form.

-- +goose Up

-- Declared fields and playbooks taken into use, in the order of time: few entries among many.
CREATE INDEX entry_firm ON entry (workspace_id, at, id) WHERE kind IN ('field', 'playbook');
