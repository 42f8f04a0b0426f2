// SPDX-License-Identifier: GPL-3.0-or-later
/* Looking at new photos while the customer waits: good enough to be read? */
#include <json-c/json.h>

#include "base/log.h"
#include "job/jail.h"
#include "job/job.h"
#include "kyc/file.h"

enum { OF_ID = 1, OF_PROOF = 2, OF_FACE = 4, OF_PAGE = 8 };

/* What the child measures, the cause before what it may bring about. White
 * paper is as bright as a reflection, a face has no edges, and a PDF's page
 * was not in any light. */
static const struct flaw {
	const char *name;
	enum kyc_flaw flaw;
	unsigned int of;
} flaws[] = {
	{ "dark", KYC_FLAW_DARK, OF_ID | OF_PROOF | OF_FACE },
	{ "bright", KYC_FLAW_BRIGHT, OF_ID | OF_FACE },
	{ "blur", KYC_FLAW_BLURRED, OF_ID | OF_PROOF | OF_FACE | OF_PAGE },
	{ "glare", KYC_FLAW_GLARE, OF_ID },
	{ "resolution", KYC_FLAW_SMALL, OF_ID | OF_PROOF },
	{ "cropped", KYC_FLAW_CROPPED, OF_ID },
};

static enum kyc_quality verdict_of(struct json_object *quality,
				   const char *name)
{
	struct json_object *part, *word;
	const char *text;

	if (!json_object_object_get_ex(quality, name, &part) ||
	    !json_object_object_get_ex(part, "verdict", &word))
		return KYC_QUALITY_UNKNOWN;
	text = json_object_get_string(word);
	if (!text)
		return KYC_QUALITY_UNKNOWN;
	if (!strcmp(text, "clear"))
		return KYC_QUALITY_CLEAR;
	return strcmp(text, "consider") ? KYC_QUALITY_ISSUE
					: KYC_QUALITY_CONSIDER;
}

static unsigned int what_of(const struct kyc_document *d)
{
	if (d->media == CHECK_MEDIA_PDF)
		return OF_PAGE;
	if (d->type == KYC_TYPE_SELFIE)
		return OF_FACE;
	return d->type == KYC_TYPE_ID ? OF_ID : OF_PROOF;
}

/* The worst verdict, and the first flaw that has it. */
static void judge(struct json_object *quality, struct kyc_document *d)
{
	unsigned int of = what_of(d);
	enum kyc_quality verdict;
	size_t i;

	d->quality = KYC_QUALITY_CLEAR;
	for (i = 0; i < ARRAY_SIZE(flaws); i++) {
		verdict = verdict_of(quality, flaws[i].name);
		if (!(flaws[i].of & of) || verdict <= d->quality)
			continue;
		d->quality = verdict;
		d->flaw = verdict == KYC_QUALITY_UNKNOWN ? KYC_NO_FLAW
							 : flaws[i].flaw;
	}
}

/* The first of the member's elements; NULL where it is no list. json-c ends
 * the process of who asks anything else for one. */
static struct json_object *first_of(struct json_object *o, const char *name)
{
	struct json_object *list;

	if (!json_object_object_get_ex(o, name, &list) ||
	    !json_object_is_type(list, json_type_array))
		return NULL;
	return json_object_array_get_idx(list, 0);
}

/* The answer is of a child that read foreign bytes: nothing in it is taken for
 * granted. */
static void read_answer(const struct jail_answer *answer,
			struct kyc_document *d)
{
	struct json_object *all = json_tokener_parse(answer->json.data);
	struct json_object *file = first_of(all, "files");
	struct json_object *page = first_of(file, "pages"), *quality;

	d->quality = KYC_QUALITY_UNKNOWN;
	if (json_object_object_get_ex(page ? page : file, "quality", &quality))
		judge(quality, d);
	json_object_put(all);
}

/* Whatever becomes of it there is a verdict, so that no photo is looked at for
 * ever: the check looks again, and tells the admin. */
static void look(struct kyc *k, const struct kyc_job *job,
		 struct kyc_document *d)
{
	struct buf bytes = BUF_INIT;
	struct fault f = { .code = FAULT_NONE };
	struct jail_answer answer;
	struct jail_file file;

	d->quality = KYC_QUALITY_UNKNOWN;
	if (kyc_file_bytes(k, &job->subject, &d->id, &bytes, &f)) {
		log_warn("photo: %s %s", f.message, f.detail);
	} else {
		file = (struct jail_file){ bytes.data, bytes.len };
		switch (jail_quality(&file, &answer)) {
		case JAIL_READ:
			read_answer(&answer, d);
			break;
		case JAIL_UNREADABLE:
			d->quality = KYC_QUALITY_ISSUE;
			d->flaw = KYC_FLAW_UNREADABLE;
			break;
		case JAIL_FAILED:
			log_warn("photo: %s", answer.why);
			break;
		}
		jail_finish(&answer);
	}
	crypto_wipe(bytes.data, bytes.len);
	buf_finish(&bytes);
}

int job_photo(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	struct kyc_document d;
	int rc;

	while ((rc = kyc_quality_next(k, &job->subject, &d, f)) > 0) {
		look(k, job, &d);
		if (kyc_quality_write(k, &job->subject, &d, f))
			return -1;
	}
	return rc < 0 ? -1 : kyc_job_done(k, job, f);
}
