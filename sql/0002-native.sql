-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the native API adds to a session: its family, its review, its score,
-- its progress; sealed details; counters that are only inserted and folded by
-- a job; corrections, reviews. Every statement may run twice.

ALTER TABLE session
  ADD COLUMN IF NOT EXISTS parent_id BINARY(16) NULL COMMENT 'the session that this one is a subsession of',
  ADD COLUMN IF NOT EXISTS parent_step VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the step of the parent that asked for it',
  ADD COLUMN IF NOT EXISTS priority TINYINT UNSIGNED NOT NULL DEFAULT 2 COMMENT 'enum kyc_priority',
  ADD COLUMN IF NOT EXISTS assigned_to VARCHAR(64) COLLATE utf8mb4_bin NULL COMMENT 'reviewer; filtered by',
  ADD COLUMN IF NOT EXISTS risk SMALLINT UNSIGNED NULL COMMENT 'risk_score in hundredths, 0 to 10000; NULL before the checks have ended',
  ADD COLUMN IF NOT EXISTS validated TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'bits of enum kyc_validation that were executed',
  ADD COLUMN IF NOT EXISTS decision TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'enum kyc_decision; 0 while there is none, and again in corrections',
  ADD COLUMN IF NOT EXISTS decided_at BIGINT NULL,
  ADD COLUMN IF NOT EXISTS steps_total TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'steps for the customer; lists show progress without the workflow',
  ADD COLUMN IF NOT EXISTS steps_done TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS step_current TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'index of the first step that is not done',
  -- lists by workflow; its sessions newest first
  ADD KEY IF NOT EXISTS workflow (tenant_id, workflow_id, id),
  -- lists by reviewer
  ADD KEY IF NOT EXISTS assigned (tenant_id, assigned_to, id),
  -- subsessions of a session
  ADD KEY IF NOT EXISTS parent (tenant_id, parent_id);

CREATE TABLE IF NOT EXISTS session_detail (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  sealed MEDIUMBLOB NOT NULL COMMENT 'JSON under the session''s key: metadata, label, notes, callback_url, webhook_url',
  PRIMARY KEY (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'what is personal and neither searched nor sorted by; no row means none';

ALTER TABLE workflow
  ADD COLUMN IF NOT EXISTS step_count TINYINT UNSIGNED NOT NULL DEFAULT 3 COMMENT 'steps that a customer goes through',
  ADD COLUMN IF NOT EXISTS deleted_at BIGINT NULL COMMENT 'of every version: no new session, old ones go on';

-- Sessions made before lists showed progress; 2 is enum kyc_step_status's
-- completed. Their steps were gone through in order.
UPDATE session s JOIN workflow w ON w.tenant_id = s.tenant_id AND w.id = s.workflow_id AND w.version = s.workflow_version
  LEFT JOIN (SELECT tenant_id, session_id, COUNT(*) AS done FROM step WHERE status = 2 GROUP BY tenant_id, session_id) p
  ON p.tenant_id = s.tenant_id AND p.session_id = s.id
  SET s.steps_total = JSON_LENGTH(w.definition, '$.steps'), s.steps_done = COALESCE(p.done, 0), s.step_current = COALESCE(p.done, 0)
  WHERE s.steps_total = 0;

ALTER TABLE audit
  ADD COLUMN IF NOT EXISTS object_id BINARY(16) NULL COMMENT 'what else it is about: a document, key, workflow, webhook' AFTER session_id;

CREATE TABLE IF NOT EXISTS session_delta (
  id BINARY(16) NOT NULL PRIMARY KEY,
  tenant_id BINARY(16) NOT NULL,
  workflow_id BINARY(16) NOT NULL,
  day INT NOT NULL COMMENT 'of creation, days since 1970 UTC',
  state TINYINT UNSIGNED NOT NULL,
  n TINYINT NOT NULL COMMENT '1 into this state, -1 out of it',
  scored TINYINT NOT NULL,
  risk SMALLINT NOT NULL COMMENT 'hundredths',
  lists TINYINT NOT NULL,
  face_match TINYINT NOT NULL,
  adverse_media TINYINT NOT NULL,
  -- a tenant's changes that are not folded yet
  KEY tenant (tenant_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'changes of the counters, only inserted: no row is hot';

CREATE TABLE IF NOT EXISTS session_count (
  tenant_id BINARY(16) NOT NULL,
  workflow_id BINARY(16) NOT NULL,
  day INT NOT NULL COMMENT 'of creation; 0 is the sum over all days',
  state TINYINT UNSIGNED NOT NULL,
  n BIGINT NOT NULL,
  scored BIGINT NOT NULL,
  risk BIGINT NOT NULL,
  lists BIGINT NOT NULL,
  face_match BIGINT NOT NULL,
  adverse_media BIGINT NOT NULL,
  -- the day first: an unfiltered total reads day 0 alone
  PRIMARY KEY (tenant_id, day, workflow_id, state)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'folded by a job within a second; totals are these plus the deltas';

-- Sessions made before there were counters. Read by nobody while they are
-- empty, so that counting may run again.
INSERT IGNORE INTO session_count (tenant_id, workflow_id, day, state, n, scored, risk, lists, face_match, adverse_media)
  SELECT tenant_id, workflow_id, 0, state, COUNT(*), 0, 0, 0, 0, 0 FROM session GROUP BY tenant_id, workflow_id, state;

INSERT IGNORE INTO session_count (tenant_id, workflow_id, day, state, n, scored, risk, lists, face_match, adverse_media)
  SELECT tenant_id, workflow_id, created_at DIV 86400000, state, COUNT(*), 0, 0, 0, 0, 0 FROM session GROUP BY tenant_id, workflow_id, created_at DIV 86400000, state;

CREATE TABLE IF NOT EXISTS correction (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed BLOB NOT NULL COMMENT 'JSON under the session''s key: field_ids, document_types, message',
  created_at BIGINT NOT NULL,
  resolved_at BIGINT NULL COMMENT 'NULL while open: the customer sees it',
  PRIMARY KEY (tenant_id, session_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'what a reviewer asked the customer to mend';

CREATE TABLE IF NOT EXISTS review (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  decision TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_decision',
  actor TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_actor',
  actor_id BINARY(16) NULL COMMENT 'the API key; NULL for a job',
  sealed BLOB NULL COMMENT 'the notes, under the session''s key',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'every decision, from whichever protocol';

ALTER TABLE step
  ADD COLUMN IF NOT EXISTS sealed MEDIUMBLOB NULL COMMENT 'form data as JSON, under the session''s key';

ALTER TABLE check_run
  ADD COLUMN IF NOT EXISTS sealed MEDIUMBLOB NULL COMMENT 'findings as JSON, under the session''s key';
