-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is kept of documents that were read, apart from the findings. Every
-- statement may run twice.

CREATE TABLE IF NOT EXISTS document_number (
  tenant_id BINARY(16) NOT NULL,
  digest BINARY(32) NOT NULL COMMENT 'HMAC of issuer and number under a subkey of the tenant''s key: without it a number cannot be tried',
  session_id BINARY(16) NOT NULL,
  entity_id BINARY(16) NULL COMMENT 'whose session it is; NULL: nobody knows',
  created_at BIGINT NOT NULL,
  -- who has shown that number?
  PRIMARY KEY (tenant_id, digest, session_id),
  -- erasure of a session
  KEY session (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'numbers of documents, so that one that somebody else has shown is noticed';

CREATE TABLE IF NOT EXISTS document_portrait (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  document_id BINARY(16) NOT NULL,
  sealed MEDIUMBLOB NOT NULL COMMENT 'JPEG under the session''s key',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, document_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'faces cut out of identity documents';
