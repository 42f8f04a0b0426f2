// SPDX-License-Identifier: GPL-3.0-or-later
/* A person by the operator's own id, with all of his or her sessions. */
#include "base/date.h"
#include "kyc/client.h"
#include "kyc/state.h"

/* Entities by the primary key; whether one has a session, by its index. */
static const struct db_sql PAGE = {
	"SELECT e.id, e.external_id FROM entity e FORCE INDEX (PRIMARY)"
	" WHERE e.tenant_id = ? AND e.external_id IS NOT NULL AND (SELECT 1"
	" FROM session s FORCE INDEX (entity) WHERE s.tenant_id = e.tenant_id"
	" AND s.entity_id = e.id LIMIT 1) = 1 ORDER BY e.id LIMIT ? OFFSET ?"
};
/* From the first to the last entity of a page; entities without an external id
 * may stand between. */
static const struct db_sql SESSIONS = {
	"SELECT STRAIGHT_JOIN " KYC_CLIENT_COLUMNS
	" FROM entity e FORCE INDEX (PRIMARY)"
	" JOIN session s FORCE INDEX (entity) ON s.tenant_id = e.tenant_id"
	" AND s.entity_id = e.id" KYC_VIEW_JOINS_OF_SESSION
	" WHERE e.tenant_id = ? AND e.id BETWEEN ? AND ?"
	" AND e.external_id IS NOT NULL ORDER BY e.id"
};
/* by the unique key external_id */
static const struct db_sql FIND = {
	"SELECT e.id FROM entity e"
	" WHERE e.tenant_id = ? AND e.external_id = ? FOR UPDATE"
};

enum { BATCHES_A_LIST = 20 };
enum { AT_SESSION = 1, AT_VIEW = AT_SESSION + KYC_SESSION_COLUMN_COUNT };

static struct kyc_client_session *add(struct kyc *k, struct kyc_client *c,
				      size_t *room)
{
	struct kyc_client_session *old = c->sessions;

	if (c->count == *room) {
		*room = *room ? 2 * *room : 4;
		c->sessions = arena_alloc(k->arena, *room * sizeof(*old));
		if (c->count)
			memcpy(c->sessions, old, c->count * sizeof(*old));
	}
	return &c->sessions[c->count++];
}

static int read_row(struct kyc *k, const struct db_rows *rows, unsigned int i,
		    struct kyc_client *c, size_t *room, struct fault *f)
{
	struct kyc_client_session *s;

	/* A session whose key is gone has been erased: its row came back with
	 * an older backup, and says nothing. */
	if (db_is_null(rows, i + AT_VIEW))
		return 0;
	s = add(k, c, room);
	kyc_session_read(rows, i + AT_SESSION, &s->session);
	return kyc_session_view_read(k, rows, i + AT_VIEW, &s->session,
				     &s->view, f);
}

static int newer(const void *a, const void *b)
{
	const struct kyc_client_session *x = a, *y = b;

	return uuid_compare(&y->session.id, &x->session.id);
}

/* Not by the statement: the database would write all rows to a table on its
 * disk first, because they have blobs. */
static void sort(struct kyc_client *c)
{
	if (c->count)
		qsort(c->sessions, c->count, sizeof(*c->sessions), newer);
}

int kyc_client_read(struct kyc *k, struct db_rows *rows, unsigned int first,
		    struct kyc_client *out, struct fault *f)
{
	size_t room = 0;
	int rc = 1;

	*out = (struct kyc_client){ .entity = db_get_uuid(rows, first) };
	while (rc > 0) {
		if (!db_is_null(rows, first + AT_SESSION) &&
		    read_row(k, rows, first, out, &room, f))
			return -1;
		rc = db_next(rows);
	}
	sort(out);
	return rc ? db_fault(k->db, f) : 0;
}

static int find_page(struct kyc *k, int64_t start, int64_t limit,
		     struct kyc_client *list, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc = 0;

	if (db_query(k->db, k->arena, &rows, &PAGE, db_uuid(&k->who.tenant),
		     db_int(limit), db_int(start)))
		return db_fault(k->db, f);
	while (n < limit && (rc = db_next(&rows)) > 0) {
		list[n].entity = db_get_uuid(&rows, 0);
		list[n++].external_id = db_get_text(&rows, 1);
	}
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* Both have one order of clients: each row belongs to this one or a later
 * one. */
static int fill_page(struct kyc *k, struct kyc_client *list, int n,
		     struct fault *f)
{
	struct db_rows rows;
	size_t room = 0;
	int at = 0, rc;

	if (db_query(k->db, k->arena, &rows, &SESSIONS, db_uuid(&k->who.tenant),
		     db_uuid(&list[0].entity), db_uuid(&list[n - 1].entity)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		struct uuid id = db_get_uuid(&rows, 0);

		while (at < n && uuid_compare(&list[at].entity, &id) < 0) {
			at++;
			room = 0;
		}
		if (at == n)
			break;
		if (!uuid_equal(&list[at].entity, &id))
			continue; /* came since the page was found */
		if (read_row(k, &rows, 0, &list[at], &room, f))
			return -1;
	}
	for (at = 0; at < n; at++)
		sort(&list[at]);
	return rc < 0 ? db_fault(k->db, f) : 0;
}

int kyc_client_list(struct kyc *k, int64_t start, int64_t limit,
		    struct kyc_client **out, struct fault *f)
{
	int n;

	if (kyc_state_expire_due(k, BATCHES_A_LIST, f) < 0)
		return -1;
	*out = arena_alloc(k->arena, (size_t)limit * sizeof(**out));
	n = find_page(k, start, limit, *out, f);
	return n > 0 && fill_page(k, *out, n, f) ? -1 : n;
}

/* Full years, counted by the calendar. */
static bool is_old_enough(const char *birth)
{
	struct date born, today = date_of(clock_now_ms());

	if (date_parse(birth, &born))
		return false;
	born.year += KYC_CLIENT_AGE;
	return date_compare(&born, &today) <= 0;
}

int kyc_client_check(struct kyc *k, const char *external_id,
		     struct uuid *entity, struct fault *f)
{
	static const enum kyc_entity_field needed[] = { KYC_FIRST_NAME,
							KYC_LAST_NAME,
							KYC_DATE_OF_BIRTH };
	struct kyc_entity e;
	struct db_rows rows;
	size_t i;
	int rc;

	if (db_query(k->db, k->arena, &rows, &FIND, db_uuid(&k->who.tenant),
		     db_text(external_id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_field(f, "userId", "is nobody's external_id");
	*entity = db_get_uuid(&rows, 0);
	if (kyc_entity_load(k, entity, false, &e, f))
		return -1;
	if (e.type != KYC_INDIVIDUAL)
		return fault_field(f, "userId", "is no individual's");
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!e.field[needed[i]])
			fault_field(f, kyc_entity_field_names[needed[i]],
				    "of the user is missing");
	}
	if (e.field[KYC_DATE_OF_BIRTH] &&
	    !is_old_enough(e.field[KYC_DATE_OF_BIRTH]))
		fault_field(f, "date_of_birth", "must be %d years back or more",
			    KYC_CLIENT_AGE);
	return f->code ? -1 : 0;
}
