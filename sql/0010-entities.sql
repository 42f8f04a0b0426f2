-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is known of an entity beyond its name.

ALTER TABLE entity
  ADD COLUMN IF NOT EXISTS type TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'enum kyc_entity_type; never changes' AFTER id,
  ADD COLUMN IF NOT EXISTS sealed BLOB NULL COMMENT 'JSON under the tenant''s key: names, birth, address, registration' AFTER email,
  -- lists by mail address
  ADD KEY IF NOT EXISTS email (tenant_id, email, id);
