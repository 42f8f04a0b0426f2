-- SPDX-License-Identifier: GPL-3.0-or-later
-- The keys of an outside issuer of access tokens. Every statement may run
-- twice.

CREATE TABLE IF NOT EXISTS issuer (
  issuer VARCHAR(255) COLLATE utf8mb4_bin NOT NULL COMMENT 'iss of its tokens, as configured',
  jwks MEDIUMTEXT COLLATE utf8mb4_bin NULL COMMENT 'its JWK Set; NULL until one was fetched',
  fetched_at BIGINT NULL COMMENT 'clock of the database, as all here',
  tried_at BIGINT NOT NULL DEFAULT 0 COMMENT 'whoever sets it anew fetches; once a minute at most',
  wanted TINYINT NOT NULL DEFAULT 0 COMMENT '1: a token named a key that is not among them',
  last_error VARCHAR(255) NULL COMMENT 'why the last try failed; NULL where it did not',
  PRIMARY KEY (issuer)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'public keys that access tokens are verified with, one row an issuer';
