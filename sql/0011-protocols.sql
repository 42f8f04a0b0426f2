-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions as further protocols show them.

CREATE TABLE IF NOT EXISTS part (
  part TINYINT UNSIGNED NOT NULL PRIMARY KEY
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'numbers to join with: one statement brings rows of several tables';

INSERT IGNORE INTO part (part) VALUES (0), (1), (2), (3), (4), (5);

ALTER TABLE session
  ADD COLUMN IF NOT EXISTS invited_at BIGINT NULL COMMENT 'the link was sent by mail, the last time',
  ADD COLUMN IF NOT EXISTS resends TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'how often it was sent again';

UPDATE session s JOIN (SELECT tenant_id, session_id, MAX(created_at) AS at FROM mail WHERE template = 'invitation' GROUP BY tenant_id, session_id) m
  ON m.tenant_id = s.tenant_id AND m.session_id = s.id
  SET s.invited_at = m.at WHERE s.invited_at IS NULL;

ALTER TABLE review
  ADD COLUMN IF NOT EXISTS checks INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'bits 1 << enum kyc_check_kind that it is about; 0: all';
