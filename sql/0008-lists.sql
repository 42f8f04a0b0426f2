-- SPDX-License-Identifier: GPL-3.0-or-later
-- Indexes of the lists of sessions. Every statement may run twice.

ALTER TABLE session
  -- lists by workflow, with or without states: the newest of each state
  ADD KEY IF NOT EXISTS workflow_state (tenant_id, workflow_id, state, id),
  -- lists by priority
  ADD KEY IF NOT EXISTS priority (tenant_id, priority, id),
  -- lists by risk_level, where few have it
  ADD KEY IF NOT EXISTS risk (tenant_id, risk, id);

-- workflow_state serves its queries
ALTER TABLE session DROP KEY IF EXISTS workflow;

ALTER TABLE session_delta
  -- sums over a tenant's changes that are not folded yet: by this index alone
  ADD KEY IF NOT EXISTS sums (tenant_id, day, workflow_id, state, n, scored, risk, lists, face_match, adverse_media);

-- sums serves its query
ALTER TABLE session_delta DROP KEY IF EXISTS tenant;
