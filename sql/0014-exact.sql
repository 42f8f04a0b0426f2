-- SPDX-License-Identifier: GPL-3.0-or-later
-- External ids differ by blanks at their end as well.

ALTER TABLE entity
  MODIFY COLUMN external_id VARCHAR(255) COLLATE utf8mb4_nopad_bin NULL COMMENT 'compares binary, to the last blank';
