-- SPDX-License-Identifier: GPL-3.0-or-later
-- Uploads in two steps, and proofs that a customer is there in person. Every
-- statement may run twice.

CREATE TABLE IF NOT EXISTS upload_ticket (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'in the address that the bytes are put to; worth nothing without the link',
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_document_type',
  kind TINYINT UNSIGNED NULL COMMENT 'enum kyc_document_kind',
  side TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_side',
  size BIGINT NOT NULL COMMENT 'plain bytes that must come',
  file_name VARBINARY(1200) NOT NULL COMMENT 'sealed: names of files name people',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL COMMENT 'nothing is put or confirmed after it; of a confirmed one: until when the answer can be had again',
  object_id BINARY(16) NULL COMMENT 'what was put, and the document''s id once confirmed; NULL: nothing yet',
  media_type TINYINT UNSIGNED NULL COMMENT 'enum check_media of what was put, by magic bytes',
  digest BINARY(32) NULL COMMENT 'HMAC of the plain bytes under the session''s key',
  confirmed_at BIGINT NULL,
  -- a session's tickets; one of them
  PRIMARY KEY (tenant_id, session_id, id),
  -- clean-up of those that are over
  KEY expires (expires_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'uploads that were announced; their objects are no documents until they are confirmed';

CREATE TABLE IF NOT EXISTS liveness_challenge (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'the newest: starting again puts another here',
  actions VARBINARY(8) NOT NULL COMMENT 'enum kyc_action, a byte each, in the order asked for',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NULL COMMENT 'its frames have come; it takes no others',
  -- the challenge of a step; one of a session by its id
  PRIMARY KEY (tenant_id, session_id, step_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'what a customer is asked to do before the camera';

-- One session has one document a step, type and side, but a frame for each
-- action.
ALTER TABLE document
  ADD COLUMN IF NOT EXISTS frame TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'of liveness: 1 for the first; of all else 0',
  ADD COLUMN IF NOT EXISTS action TINYINT UNSIGNED NULL COMMENT 'of liveness: enum kyc_action that was asked for',
  -- the same side again replaces
  ADD UNIQUE KEY IF NOT EXISTS part (tenant_id, session_id, step_id, type, side, frame),
  DROP KEY IF EXISTS side;
