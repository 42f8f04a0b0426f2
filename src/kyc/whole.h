// SPDX-License-Identifier: GPL-3.0-or-later
/* All that there is of a session, by one statement. */
#ifndef KYC_WHOLE_H
#define KYC_WHOLE_H

#include "kyc/correction.h"
#include "kyc/entity.h"
#include "kyc/session_view.h"
#include "kyc/step.h"
#include "kyc/subsession.h"

/* The tables that a session has several rows in, as the table part numbers
 * them. PART_SESSION is always there: the row itself with its view, workflow
 * and entity. */
enum kyc_part {
	KYC_PART_SESSION,
	KYC_PART_CHECKS, /* with their findings */
	KYC_PART_STEPS,
	KYC_PART_DOCUMENTS,
	KYC_PART_CORRECTIONS,
	KYC_PART_CHILDREN,
	KYC_PARTS
};
#define KYC_EVERY_PART ((1u << KYC_PARTS) - 1)

/* What was not asked for is as if there were none. */
struct kyc_whole {
	struct kyc_session session;
	struct kyc_session_view view;
	struct kyc_progress progress; /* with documents */
	struct kyc_checks checks;
	const struct kyc_entity *entity;    /* NULL for none */
	struct kyc_correction *corrections; /* oldest first */
	int correction_count;
	struct kyc_subsession_count children[KYC_STEPS_MAX];
	int child_steps;
};

/* By id within k->who.tenant into out, which is zero before; parts are bits 1
 * << enum kyc_part. FAULT_NOT_FOUND; FAULT_GONE where it is being erased. */
int kyc_whole_load(struct kyc *k, const struct uuid *id, unsigned int parts,
		   struct kyc_whole *out, struct fault *f);

/* For a statement that also finds out who asks: columns, joins on the tenant
 * t (sort by p.part), the values that the joins bind, and reading. */
#define KYC_WHOLE_COLUMNS                                                      \
	"p.part, " KYC_SESSION_COLUMNS ", " KYC_VIEW_COLUMNS                   \
	", " KYC_WORKFLOW_COLUMNS ", " KYC_ENTITY_COLUMNS                      \
	", y.wrapped, " KYC_CHECK_COLUMNS ", c.sealed,"                        \
	" g.step_id, g.status, g.started_at, g.completed_at, g.document_kind," \
	" g.document_country, g.sealed, " KYC_DOCUMENT_COLUMNS                 \
	", " KYC_CORRECTION_COLUMNS ", h.state, h.due_at, h.parent_step"
/* Each row has the columns of its own part and NULL for all else. */
#define KYC_WHOLE_JOINS                                                        \
	" JOIN part p ON p.part IN (?, ?, ?, ?, ?, ?)"                         \
	" LEFT JOIN session s ON p.part = 0 AND s.tenant_id = t.id"            \
	" AND s.id = ?" KYC_VIEW_JOINS                                         \
	" LEFT JOIN workflow w ON w.tenant_id = s.tenant_id"                   \
	" AND w.id = s.workflow_id AND w.version = s.workflow_version"         \
	" LEFT JOIN {keys}.tenant_key y ON y.tenant_id = e.tenant_id"          \
	" LEFT JOIN check_run c ON p.part = 1 AND c.tenant_id = t.id"          \
	" AND c.session_id = ?"                                                \
	" LEFT JOIN step g ON p.part = 2 AND g.tenant_id = t.id"               \
	" AND g.session_id = ?"                                                \
	" LEFT JOIN document o ON p.part = 3 AND o.tenant_id = t.id"           \
	" AND o.session_id = ?"                                                \
	" LEFT JOIN correction q ON p.part = 4 AND q.tenant_id = t.id"         \
	" AND q.session_id = ?"                                                \
	" LEFT JOIN session h ON p.part = 5 AND h.tenant_id = t.id"            \
	" AND h.parent_id = ?"
enum { KYC_WHOLE_BINDS = KYC_PARTS + 6 };

void kyc_whole_bind(const struct uuid *id, unsigned int parts,
		    struct db_val out[KYC_WHOLE_BINDS]);

/* From the first row, which is the current one, to the last; columns from
 * first on. 1, 0 where there is no such session, or -1. k->who must be filled
 * in by then. */
int kyc_whole_read(struct kyc *k, struct db_rows *rows, unsigned int first,
		   struct kyc_whole *out, struct fault *f);

#endif
