-- SPDX-License-Identifier: GPL-3.0-or-later
-- Lists by outcome.

ALTER TABLE session
  -- sessions of an outcome that few have, newest first
  ADD KEY IF NOT EXISTS outcome (tenant_id, outcome, id);
