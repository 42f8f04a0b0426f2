-- SPDX-License-Identifier: GPL-3.0-or-later
-- Webhooks: events become deliveries, one for each endpoint that wants them;
-- mails to the operator's people. Every statement may run twice.

ALTER TABLE event
  ADD COLUMN IF NOT EXISTS detail TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'enum kyc_check_kind of the check that ended',
  ADD COLUMN IF NOT EXISTS pending TINYINT UNSIGNED NULL COMMENT '1 until its deliveries are made, 2 where that failed, then NULL',
  -- the next events; old ones to forget
  ADD KEY IF NOT EXISTS outbox (pending, created_at),
  -- erasure of a session
  ADD KEY IF NOT EXISTS session (tenant_id, session_id);

-- What was written before this stays as it is: nobody had subscribed.
ALTER TABLE event
  ALTER COLUMN pending SET DEFAULT 1;

CREATE TABLE IF NOT EXISTS webhook (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL COMMENT 'the tenant''s own id: the secret that signs for sessions'' own webhook_url',
  protocol TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_protocol: its envelope; 0 in the row that holds only a secret',
  sealed BLOB NOT NULL COMMENT 'JSON under the tenant''s key: url, description, secret, old_secret',
  events VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'words of the protocol between blanks, or *',
  enabled TINYINT NOT NULL COMMENT '0: no delivery is made',
  gone TINYINT NOT NULL DEFAULT 0 COMMENT '1: switched off because it answered 410',
  old_until BIGINT NULL COMMENT 'until when old_secret signs too',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'where events are sent';

CREATE TABLE IF NOT EXISTS delivery (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  webhook_id BINARY(16) NULL COMMENT 'NULL: the session''s own webhook_url',
  session_id BINARY(16) NULL COMMENT 'NULL: a test event, sealed with the tenant''s key',
  event_id BINARY(16) NOT NULL,
  target BINARY(16) NOT NULL COMMENT 'the endpoint, or a digest of the host: what is slow together',
  protocol TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_protocol of the envelope',
  type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the event''s word in that protocol',
  sealed MEDIUMBLOB NOT NULL COMMENT 'the body under the session''s key: every try sends the same bytes',
  status TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_delivery_status',
  attempts INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'in all',
  tries SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'of the schedule; a resend starts it anew',
  answer SMALLINT UNSIGNED NULL COMMENT 'status code of the last answer',
  last_error VARCHAR(255) NULL COMMENT 'why the last try failed; no personal data',
  due_at BIGINT NULL COMMENT 'not before; while leased, the lease''s end (clock of the database); NULL once ended',
  lease BINARY(16) NULL COMMENT 'who tries it now',
  first_try_at BIGINT NULL,
  last_try_at BIGINT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  -- which targets have something due, and what
  KEY queue (status, tenant_id, target, due_at),
  -- the deliveries of an endpoint, newest first
  KEY webhook (tenant_id, webhook_id, id),
  -- those of one status: few have failed among many
  KEY webhook_status (tenant_id, webhook_id, status, id),
  -- a tenant's failed ones, newest first
  KEY status (tenant_id, status, id),
  -- erasure of a session
  KEY session (tenant_id, session_id),
  -- forgetting after 30 days
  KEY created (created_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'an event on its way to one receiver';

CREATE TABLE IF NOT EXISTS channel (
  tenant_id BINARY(16) NOT NULL,
  id BINARY(16) NOT NULL,
  type TINYINT UNSIGNED NOT NULL COMMENT 'enum kyc_channel_type',
  sealed VARBINARY(1024) NOT NULL COMMENT 'the address, under the tenant''s key',
  events VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'words of kyc between blanks, or *',
  locale VARCHAR(16) CHARACTER SET ascii NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
  COMMENT 'people of the operator who are told of events';

ALTER TABLE mail
  ADD COLUMN IF NOT EXISTS channel_id BINARY(16) NULL COMMENT 'to whom, where not to the customer',
  ADD COLUMN IF NOT EXISTS event_type VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'what a notification tells of';
