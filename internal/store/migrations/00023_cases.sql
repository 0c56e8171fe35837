-- Cases in the order in which their clients will ask, and how news came by week. Both are projections; a book that was folded by
-- an earlier program is folded anew when it is opened, which fills them.

-- +goose Up
ALTER TABLE client_case ADD COLUMN severity BIGINT NOT NULL DEFAULT 0;
ALTER TABLE client_case ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0; -- when they heard of it last
CREATE INDEX client_case_solved ON client_case (workspace_id, settled_at, id) WHERE open = 0;

-- How clients came by news in a week, by who kept their accounts then: what the headline figure over a year is read from.
CREATE TABLE news_week (
  workspace_id TEXT COLLATE "C" NOT NULL,
  week         BIGINT NOT NULL, -- since the Monday before the epoch, in UTC
  owner_id     TEXT COLLATE "C" NOT NULL,
  told         BIGINT NOT NULL, -- before they asked
  asked        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, week, owner_id)
) STRICT;
