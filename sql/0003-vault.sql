-- SPDX-License-Identifier: GPL-3.0-or-later
-- What keeps and what forgets: the chain of audit rows, retention by class,
-- which master key a row depends on. Every statement may run twice.

ALTER TABLE audit
  ADD COLUMN IF NOT EXISTS addr_digest BINARY(32) NULL COMMENT 'SHA-256 of salt and remote_addr; the chain holds this, erasure clears those two' AFTER remote_addr,
  ADD COLUMN IF NOT EXISTS tail TINYINT NOT NULL DEFAULT 1 COMMENT '1 until the row is chained',
  -- erasure; the audit list of a session
  ADD KEY IF NOT EXISTS session (tenant_id, session_id, id),
  -- the audit list of a key
  ADD KEY IF NOT EXISTS actor (tenant_id, actor_id, id),
  -- the audit list of a verb
  ADD KEY IF NOT EXISTS verb (tenant_id, verb, id),
  -- what is to be chained
  ADD KEY IF NOT EXISTS tail (tail, tenant_id, id);

UPDATE audit SET addr_digest = UNHEX(SHA2(CONCAT(salt, CAST(remote_addr AS BINARY)), 256)) WHERE addr_digest IS NULL AND remote_addr IS NOT NULL;

CREATE TABLE IF NOT EXISTS audit_chain (
  tenant_id BINARY(16) NOT NULL,
  seq BIGINT NOT NULL COMMENT 'from 1, without gaps',
  audit_id BINARY(16) NOT NULL,
  hash BINARY(32) NOT NULL COMMENT 'HMAC over the hash before, seq and the audit row',
  -- two hosts that chain at once: the second one''s batch is refused whole
  PRIMARY KEY (tenant_id, seq),
  -- an audit row has one place
  UNIQUE KEY audit (tenant_id, audit_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'only inserted, by a job; vouchsafe audit verify reads it';

ALTER TABLE tenant
  ADD COLUMN IF NOT EXISTS keep_documents SMALLINT UNSIGNED NULL COMMENT 'days after the session''s end; NULL: as long as the session',
  ADD COLUMN IF NOT EXISTS keep_biometrics SMALLINT UNSIGNED NULL COMMENT 'selfies and liveness frames, likewise',
  ADD COLUMN IF NOT EXISTS keep_sessions SMALLINT UNSIGNED NULL COMMENT 'the whole session; NULL: for ever';

ALTER TABLE document
  -- retention: what is left of a type, oldest sessions first
  ADD KEY IF NOT EXISTS type (tenant_id, type, session_id);

ALTER TABLE api_key
  ADD COLUMN IF NOT EXISTS key_id INT UNSIGNED NULL COMMENT 'master key of the digest; NULL: made before it was noted';

ALTER TABLE {keys}.session_key
  -- wrapping again: rows by master key (magic, version and key id are 9 bytes)
  ADD KEY IF NOT EXISTS master (wrapped(9));

ALTER TABLE {keys}.tenant_key
  ADD KEY IF NOT EXISTS master (wrapped(9));
