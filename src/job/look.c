// SPDX-License-Identifier: GPL-3.0-or-later
/* Shows a session's documents to the jailed child, one child a document. */
#include "base/log.h"
#include "job/jail.h"
#include "job/look.h"
#include "kyc/file.h"

/* What the child says of the bytes, for the judge. */
static int show(struct kyc_judge *judge, size_t i, const struct buf *bytes)
{
	const struct jail_file file = { bytes->data, bytes->len };
	struct jail_answer answer;
	int rc = 1;

	if (jail_documents_text(&file, 1, &answer) == JAIL_FAILED)
		log_warn("job: a document could not be looked at: %s",
			 answer.why);
	else if (kyc_judge_look(judge, i, buf_cstr(&answer.json)))
		log_warn("job: a document's findings are not understood");
	else
		rc = 0;
	jail_finish(&answer);
	return rc;
}

/* An object that is lost or was altered will be so the next time. */
static int look_at(struct kyc *k, const struct kyc_job *job,
		   struct kyc_judge *judge, size_t i,
		   const struct kyc_document *d, struct fault *f)
{
	struct buf bytes = BUF_INIT;
	int rc = kyc_file_bytes(k, &job->subject, &d->id, &bytes, f);

	if (!rc) {
		rc = show(judge, i, &bytes);
	} else if (f->code == FAULT_NOT_FOUND || f->code == FAULT_INTERNAL) {
		log_error("job: a document cannot be read: %s %s", f->message,
			  f->detail);
		fault_clear(f);
		rc = 1;
	}
	crypto_wipe(bytes.data, bytes.len);
	buf_finish(&bytes);
	return rc;
}

int job_look(struct kyc *k, const struct kyc_job *job, struct kyc_judge *judge,
	     struct fault *f)
{
	const struct kyc_document *const *documents;
	size_t n = kyc_judge_documents(judge, &documents), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		if (kyc_job_extend(k, job, f))
			return -1;
		rc = look_at(k, job, judge, i, documents[i], f);
	}
	return rc;
}
