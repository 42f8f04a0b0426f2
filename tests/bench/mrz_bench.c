// SPDX-License-Identifier: GPL-3.0-or-later
/* Measures the MRZ reader on photos with the truth beside them, as
 * tools/ocrb/photos.py makes them:
 *   mrz-bench [-v] WEIGHTS PHOTO.jpg…
 * Each photo has a process of its own, whose memory and time are told. */
#include <leptonica/allheaders.h>
#include <json-c/json.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check/mrz_read.h"

struct truth {
	char lines[MRZ_LINES][MRZ_LENGTH + 1];
	enum mrz_format format;
	char about[64]; /* set, level and pitch */
};

struct result {
	struct mrz_reading m;
	double ms;
	int width, height;
};

struct total {
	int photos, exact, accepted, right, wrong, repaired;
	double ms, most_ms;
	long most_kb;
};

static void *file_read(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *bytes;
	long size;

	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	bytes = mem_alloc((size_t)size + 1);
	*len = fread(bytes, 1, (size_t)size, f);
	fclose(f);
	return bytes;
}

static int truth_read(struct truth *t, const char *photo)
{
	const char *dot = strrchr(photo, '.');
	struct json_object *o, *lines, *v[3] = { NULL };
	char path[512];
	size_t i, n;

	memset(t, 0, sizeof(*t));
	snprintf(path, sizeof(path), "%.*s.json",
		 (int)(dot ? dot - photo : (ptrdiff_t)strlen(photo)), photo);
	o = json_object_from_file(path);
	if (!o || !json_object_object_get_ex(o, "lines", &lines)) {
		json_object_put(o);
		return -1;
	}
	n = json_object_array_length(lines);
	for (i = 0; i < n && i < MRZ_LINES; i++)
		snprintf(t->lines[i], sizeof(t->lines[i]), "%s",
			 json_object_get_string(
				 json_object_array_get_idx(lines, i)));
	if (n)
		t->format =
			mrz_format_of(n, strlen(t->lines[0]), t->lines[0][0]);
	json_object_object_get_ex(o, "set", &v[0]);
	json_object_object_get_ex(o, "level", &v[1]);
	json_object_object_get_ex(o, "pitch", &v[2]);
	snprintf(t->about, sizeof(t->about), "%s %s pitch %.0f",
		 json_object_get_string(v[0]), json_object_get_string(v[1]),
		 json_object_get_double(v[2]));
	json_object_put(o);
	return 0;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void child(const void *weights, size_t len, const char *photo, int fd)
{
	struct mrz_reader *reader = mrz_reader_create(weights, len);
	struct result r = { .width = 0 };
	PIX *p = pixReadJpeg(photo, 0, 1, NULL, L_JPEG_READ_LUMINANCE), *grey;
	double began;

	if (!p)
		p = pixRead(photo);
	grey = p && pixGetDepth(p) == 8 ? pixClone(p) : mrz_grey(p);
	pixDestroy(&p);
	if (!reader || !grey)
		_exit(1);
	r.width = pixGetWidth(grey);
	r.height = pixGetHeight(grey);
	began = cpu_ms();
	mrz_read(reader, grey, &r.m);
	r.ms = cpu_ms() - began;
	pixDestroy(&grey);
	mrz_reader_destroy(reader);
	if (write(fd, &r, sizeof(r)) != (ssize_t)sizeof(r))
		_exit(1);
	_exit(0);
}

static int photo_read(const void *weights, size_t len, const char *photo,
		      struct result *r, long *kb)
{
	struct rusage use;
	int fds[2], status;
	ssize_t got;
	pid_t pid;

	if (pipe(fds))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid)
		child(weights, len, photo, fds[1]);
	close(fds[1]);
	got = read(fds[0], r, sizeof(*r));
	close(fds[0]);
	if (wait4(pid, &status, 0, &use) != pid || status ||
	    got != (ssize_t)sizeof(*r))
		return -1;
	/* a pointer into the child's text is one into ours */
	*kb = use.ru_maxrss;
	return 0;
}

static bool same_field(const struct truth *t, const struct mrz_reading *m,
		       enum mrz_field field)
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[field];

	return !memcmp(t->lines[r->line] + r->column,
		       m->lines[r->line] + r->column, r->length);
}

/* Document number or a date accepted that isn't the document's. A number that
 * runs on is in the optional data too. */
static bool is_wrong(const struct truth *t, const struct mrz_reading *m)
{
	const struct mrz_check_place *c =
		&mrz_layouts[m->format].checks[MRZ_CHECK_NUMBER];

	if (!m->accepted)
		return false;
	return t->format != m->format ||
	       !same_field(t, m, MRZ_DOCUMENT_NUMBER) ||
	       !same_field(t, m, MRZ_DATE_OF_BIRTH) ||
	       !same_field(t, m, MRZ_EXPIRY_DATE) ||
	       (t->lines[c->line][c->column] == '<' &&
		!same_field(t, m, MRZ_OPTIONAL));
}

static void show(const char *photo, const struct truth *t,
		 const struct result *r, const char *word)
{
	int i, k;

	printf("%s: %s (%s; %dx%d, %.0f ms): %s%s\n", photo, word, t->about,
	       r->width, r->height, r->ms,
	       r->m.accepted ? "accepted" : r->m.why,
	       r->m.repaired ? ", repaired" : "");
	for (i = 0; i < MRZ_LINES && r->m.format != MRZ_NONE; i++) {
		if (!*r->m.lines[i])
			continue;
		printf("  %s\n  ", r->m.lines[i]);
		for (k = 0; t->lines[i][k]; k++)
			putchar(t->lines[i][k] == r->m.lines[i][k]
					? '.'
					: t->lines[i][k]);
		printf("\n");
	}
}

static void count(struct total *sum, const char *photo, const struct truth *t,
		  const struct result *r, long kb, bool verbose)
{
	bool wrong = is_wrong(t, &r->m);
	bool exact = r->m.format == t->format &&
		     !memcmp(t->lines, r->m.lines, sizeof(t->lines));

	sum->photos++;
	sum->exact += exact;
	sum->accepted += r->m.accepted;
	sum->right += exact && r->m.accepted;
	sum->wrong += wrong;
	sum->repaired += r->m.repaired && r->m.accepted;
	sum->ms += r->ms;
	sum->most_ms = r->ms > sum->most_ms ? r->ms : sum->most_ms;
	sum->most_kb = kb > sum->most_kb ? kb : sum->most_kb;
	if (verbose || wrong || !exact || r->m.accepted == !t->format)
		show(photo, t, r,
		     wrong   ? "WRONG"
		     : exact ? "exact"
			     : "differs");
}

static void told(const struct total *s)
{
	double n = s->photos / 100.0;

	printf("%d photos: %.1f %% exact, %.1f %% accepted, %.1f %% both; "
	       "%d accepted wrong; %d by repair; %.0f ms (at most %.0f), "
	       "at most %ld MB\n",
	       s->photos, s->exact / n, s->accepted / n, s->right / n, s->wrong,
	       s->repaired, s->ms / s->photos, s->most_ms, s->most_kb / 1024);
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");
	struct total sum = { 0 };
	void *weights;
	size_t len = 0;
	int i = 1 + verbose;

	setMsgSeverity(L_SEVERITY_NONE);
	weights = i < argc ? file_read(argv[i], &len) : NULL;
	if (!weights || i + 1 >= argc) {
		fprintf(stderr, "usage: mrz-bench [-v] WEIGHTS PHOTO.jpg…\n");
		return 2;
	}
	for (i++; i < argc; i++) {
		struct truth t;
		struct result r;
		long kb;

		if (truth_read(&t, argv[i]) ||
		    photo_read(weights, len, argv[i], &r, &kb)) {
			fprintf(stderr, "%s: can't be read\n", argv[i]);
			return 1;
		}
		count(&sum, argv[i], &t, &r, kb, verbose);
	}
	told(&sum);
	free(weights);
	return 0;
}
