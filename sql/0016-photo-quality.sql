-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the customer's page says of a photo within seconds. Every statement may
-- run twice.

ALTER TABLE document
  ADD COLUMN IF NOT EXISTS tries_left TINYINT UNSIGNED NOT NULL DEFAULT 3 COMMENT 'how often the page may still ask for another one of this side',
  ADD COLUMN IF NOT EXISTS quality TINYINT UNSIGNED NULL COMMENT 'enum kyc_quality; NULL: nobody looks at it before the checks',
  ADD COLUMN IF NOT EXISTS flaw TINYINT UNSIGNED NULL COMMENT 'enum kyc_flaw: the worst one of it; NULL: none';

CREATE TABLE IF NOT EXISTS lane_beat (
  lane TINYINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'enum kyc_lane',
  seen_at BIGINT NOT NULL COMMENT 'when a process last served it (clock of the database)'
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'lanes that a process waits at: whoever wants an answer at once asks whether there is one';
