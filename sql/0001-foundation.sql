-- SPDX-License-Identifier: GPL-3.0-or-later
-- Organisations, keys, sessions, their links, steps, documents and checks, the
-- queue of jobs and mails, events, audit. Every statement may run twice.
-- {keys} is the database of wrapped keys (its own backups, kept for 7 days).
-- Text is utf8mb4 whatever the database's default is.
-- Times are milliseconds UTC; ids are UUIDs (version 7 unless said); a primary
-- key starts with the tenant, so that a tenant's rows lie together and no
-- query can forget it.

CREATE TABLE IF NOT EXISTS organisation (
  id BINARY(16) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL COMMENT 'shown in mails and on the page',
  locale VARCHAR(16) CHARACTER SET ascii NOT NULL COMMENT 'where a session names none',
  created_at BIGINT NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'who operates: the customer of this server';

CREATE TABLE IF NOT EXISTS tenant (
  id BINARY(16) NOT NULL PRIMARY KEY,
  organisation_id BINARY(16) NOT NULL,
  live TINYINT NOT NULL COMMENT '1 live, 0 test: their data never meet',
  workflow_id BINARY(16) NOT NULL COMMENT 'used where a request names none',
  created_at BIGINT NOT NULL,
  -- key add: the tenant of an organisation in a mode
  UNIQUE KEY organisation_mode (organisation_id, live)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'an organisation in one mode; every other table hangs on this id';

CREATE TABLE IF NOT EXISTS {keys}.tenant_key (
  tenant_id BINARY(16) NOT NULL PRIMARY KEY,
  wrapped VARBINARY(128) NOT NULL COMMENT 'sealed by the master key it names'
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'seals what belongs to a tenant and no session: stored answers';

CREATE TABLE IF NOT EXISTS {keys}.session_key (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  wrapped VARBINARY(128) NOT NULL COMMENT 'sealed by the master key it names',
  PRIMARY KEY (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'deleting a row makes the session''s documents unreadable for ever';

CREATE TABLE IF NOT EXISTS keyring_key (
  key_id INT UNSIGNED NOT NULL PRIMARY KEY,
  first_used_at BIGINT NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'master keys in use: /readyz compares them with the keyring file';

CREATE TABLE IF NOT EXISTS api_key (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  digest BINARY(32) NOT NULL COMMENT 'HMAC of the key under a master key; the key itself is nowhere',
  name VARCHAR(255) NOT NULL,
  permissions INT UNSIGNED NOT NULL COMMENT 'bits of enum kyc_permission',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NULL,
  revoked_at BIGINT NULL,
  last_used_at BIGINT NULL COMMENT 'written once a minute at most',
  PRIMARY KEY (tenant_id, id),
  -- every request: the key by its digest
  UNIQUE KEY digest (digest)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'API keys';

CREATE TABLE IF NOT EXISTS workflow (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  version INT UNSIGNED NOT NULL COMMENT 'a version never changes; sessions keep theirs',
  name VARCHAR(255) NOT NULL,
  definition MEDIUMTEXT NOT NULL COMMENT 'JSON: steps and checks',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id, version)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'what a customer is asked for and what is checked';

CREATE TABLE IF NOT EXISTS entity (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  external_id VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'compares binary',
  name VARCHAR(255) NOT NULL,
  email VARCHAR(254) COLLATE utf8mb4_bin NULL COMMENT 'compares binary',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  -- one entity an external id
  UNIQUE KEY external_id (tenant_id, external_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'a person that is verified, perhaps more than once';

CREATE TABLE IF NOT EXISTS session (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'newest first is the primary key backwards',
  version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'compare-and-swap: every change adds one',
  state TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_state',
  prior_state TINYINT UNSIGNED NULL COMMENT 'state before it expired or failed: where extend goes back to',
  protocol TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_protocol that created it: its link and webhook form',
  workflow_id BINARY(16) NOT NULL,
  workflow_version INT UNSIGNED NOT NULL,
  entity_id BINARY(16) NULL,
  external_id VARCHAR(255) COLLATE utf8mb4_bin NULL COMMENT 'the operator''s reference; compares binary',
  customer_name VARCHAR(255) NULL COMMENT 'plain: searched and sorted by',
  customer_email VARCHAR(254) COLLATE utf8mb4_bin NULL COMMENT 'plain: searched by; compares binary',
  locale VARCHAR(16) CHARACTER SET ascii NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT 'UTC',
  link_generation INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the link that is valid; 0 none yet',
  attempts TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  opened_at BIGINT NULL,
  completed_at BIGINT NULL COMMENT 'the customer has finished',
  processed_at BIGINT NULL COMMENT 'the checks have ended',
  expires_at BIGINT NOT NULL,
  due_at BIGINT NULL COMMENT 'expires_at while the session can expire, else NULL: keeps the index small',
  outcome TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'enum kyc_outcome, the worst of the checks',
  failure_reason TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'enum kyc_reason',
  delete_after BIGINT NULL,
  legal_hold TINYINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  -- lists by state, newest first, and sorted by state
  KEY state (tenant_id, state, id),
  -- expiry: the tenant's due ones, before lists, counts and creates
  KEY due (tenant_id, due_at),
  -- dossiers search, sortBy expiresAt and completedAt
  KEY expires (tenant_id, expires_at, id),
  KEY completed (tenant_id, completed_at, id),
  -- dossiers search, sortBy customerName
  KEY customer_name (tenant_id, customer_name, id),
  -- is there an unfinished session of this entity?
  KEY entity (tenant_id, entity_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'a verification';

CREATE TABLE IF NOT EXISTS link (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  generation INT UNSIGNED NOT NULL COMMENT 'valid where it equals the session''s link_generation',
  digest BINARY(32) NOT NULL COMMENT 'SHA-256 of the token (122 random bits)',
  sealed VARBINARY(255) NOT NULL COMMENT 'the token under the session''s key, to show it again',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, generation),
  -- the public API: a session by its token
  UNIQUE KEY digest (digest)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'the customer''s links; old generations answer 404';

CREATE TABLE IF NOT EXISTS step (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_step_status; no row means pending',
  started_at BIGINT NOT NULL,
  completed_at BIGINT NULL,
  document_kind TINYINT UNSIGNED NULL COMMENT 'enum kyc_document_kind chosen at completion',
  document_country CHAR(2) CHARACTER SET ascii NULL COMMENT 'ISO 3166-1 alpha-2',
  PRIMARY KEY (tenant_id, session_id, step_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'progress; a row appears with the customer''s first act in the step';

CREATE TABLE IF NOT EXISTS consent (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  text_version VARCHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'which text the customer read',
  locale VARCHAR(16) CHARACTER SET ascii NOT NULL COMMENT 'in which language',
  accepted_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, step_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'proof of consent (GDPR article 7(1))';

CREATE TABLE IF NOT EXISTS document (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'also the object''s name in the store',
  step_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  type TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_document_type',
  kind TINYINT UNSIGNED NULL COMMENT 'enum kyc_document_kind',
  side TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_side',
  media_type TINYINT UNSIGNED NOT NULL COMMENT 'enum check_media, by magic bytes',
  size BIGINT NOT NULL COMMENT 'plain bytes',
  digest BINARY(32) NOT NULL COMMENT 'HMAC of the plain bytes under the session''s key',
  file_name VARBINARY(1200) NOT NULL COMMENT 'sealed: names of files name people',
  uploaded_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, id),
  -- the same side again replaces
  UNIQUE KEY side (tenant_id, session_id, step_id, type, side)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'what is in the store and valid; replaced ones have no row';

CREATE TABLE IF NOT EXISTS check_run (
  tenant_id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_check_kind',
  status TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_check_status',
  outcome TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_outcome',
  reason TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_reason',
  created_at BIGINT NOT NULL,
  started_at BIGINT NULL,
  ended_at BIGINT NULL,
  PRIMARY KEY (tenant_id, session_id, kind)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'the checks of a session, inserted when the customer finishes';

CREATE TABLE IF NOT EXISTS event (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  session_id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_event',
  session_version INT UNSIGNED NOT NULL COMMENT 'receivers order by it',
  state TINYINT UNSIGNED NOT NULL COMMENT 'the state that the event tells of',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'the outbox: written with the change, delivered later';

CREATE TABLE IF NOT EXISTS audit (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  actor TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_actor',
  actor_id BINARY(16) NULL COMMENT 'the API key; NULL for the customer and for jobs',
  verb TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_verb',
  session_id BINARY(16) NULL,
  from_state TINYINT UNSIGNED NULL,
  to_state TINYINT UNSIGNED NULL,
  remote_addr VARCHAR(45) CHARACTER SET ascii NULL COMMENT 'personal: the chain hashes it with the salt, so that it can be erased',
  salt BINARY(16) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'who did what; only inserted';

CREATE TABLE IF NOT EXISTS word (
  tenant_id BINARY(16) NOT NULL,
  word VARCHAR(254) COLLATE utf8mb4_unicode_520_ci NOT NULL COMMENT 'compares without case and accents',
  session_id BINARY(16) NOT NULL,
  -- search by prefix
  PRIMARY KEY (tenant_id, word, session_id),
  -- erasure of a session
  KEY session (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'search words of a session: id, external id, name, mail';

CREATE TABLE IF NOT EXISTS mail (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'also in the Message-ID, so that a second copy is seen as one',
  session_id BINARY(16) NOT NULL,
  template VARCHAR(32) CHARACTER SET ascii NOT NULL,
  generation INT UNSIGNED NOT NULL COMMENT 'of the link: made when sent, never stored',
  status TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_mail_status',
  created_at BIGINT NOT NULL,
  sent_at BIGINT NULL,
  PRIMARY KEY (tenant_id, id),
  -- the mails of a session
  KEY session (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'mail to customers; the job does the sending';

CREATE TABLE IF NOT EXISTS job (
  id BINARY(16) NOT NULL PRIMARY KEY,
  lane TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_lane: one slow lane holds up no other',
  kind TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_job_kind',
  tenant_id BINARY(16) NOT NULL,
  subject BINARY(16) NOT NULL COMMENT 'the mail or session it is about',
  argument TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'kind of check',
  status TINYINT UNSIGNED NOT NULL COMMENT '0 waiting or leased, 1 given up; done ones are deleted',
  attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  run_at BIGINT NOT NULL COMMENT 'not before; while leased, the lease''s end (clock of the database)',
  lease BINARY(16) NULL COMMENT 'who runs it now',
  created_at BIGINT NOT NULL,
  last_error VARCHAR(255) NULL COMMENT 'for the admin; no personal data',
  -- the next job of a lane, and what was given up
  KEY due (lane, status, run_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'work outside requests, at least once';

CREATE TABLE IF NOT EXISTS idempotency (
  tenant_id BINARY(16) NOT NULL,
  key_digest BINARY(32) NOT NULL COMMENT 'SHA-256 of the Idempotency-Key',
  request_digest BINARY(32) NOT NULL COMMENT 'of method, path, query and body',
  session_id BINARY(16) NULL COMMENT 'erasure of the session drops the answer',
  owner BINARY(16) NOT NULL COMMENT 'the request that holds the lease',
  lease_until BIGINT NOT NULL COMMENT 'clock of the database',
  status SMALLINT UNSIGNED NULL COMMENT 'of the stored answer; NULL while it runs',
  answer MEDIUMBLOB NULL COMMENT 'sealed with the tenant''s key',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, key_digest),
  -- clean-up after 7 days
  KEY created (created_at),
  -- erasure
  KEY session (tenant_id, session_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'answers to replay';
