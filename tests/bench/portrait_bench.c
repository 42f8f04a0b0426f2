// SPDX-License-Identifier: GPL-3.0-or-later
/* Measures the search for portraits on photos with the truth beside them, as
 * tools/ocrb/photos.py makes them:
 *   portrait-bench [-v] [-k DIR] WEIGHTS|none PHOTO.jpg…
 * With weights the zone is read first; -k keeps what was cut. */
#include <leptonica/allheaders.h>
#include <json-c/json.h>
#include <math.h>

#include "base/clock.h"
#include "check/portrait.h"

struct total {
	int photos, there, found, good, exact, zones, wrong;
	double ms, most_ms;
};

/* The box around the truth's four corners: x, y, width, height. */
static bool truth_read(const char *photo, double *box)
{
	const char *dot = strrchr(photo, '.');
	struct json_object *o, *corners, *p;
	double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
	char path[512];
	size_t i;

	snprintf(path, sizeof(path), "%.*s.json",
		 (int)(dot ? dot - photo : (ptrdiff_t)strlen(photo)), photo);
	o = json_object_from_file(path);
	if (!json_object_object_get_ex(o, "portrait", &corners) ||
	    !json_object_is_type(corners, json_type_array)) {
		json_object_put(o);
		return false;
	}
	for (i = 0; i < 4; i++) {
		double x, y;

		p = json_object_array_get_idx(corners, i);
		x = json_object_get_double(json_object_array_get_idx(p, 0));
		y = json_object_get_double(json_object_array_get_idx(p, 1));
		x0 = fmin(x0, x);
		y0 = fmin(y0, y);
		x1 = fmax(x1, x);
		y1 = fmax(y1, y);
	}
	box[0] = x0;
	box[1] = y0;
	box[2] = x1 - x0;
	box[3] = y1 - y0;
	json_object_put(o);
	return true;
}

/* What both have of what either has. */
static double overlap(const double *t, const struct portrait *p)
{
	double w = fmin(t[0] + t[2], p->box.x + p->box.width) -
		   fmax(t[0], p->box.x);
	double h = fmin(t[1] + t[3], p->box.y + p->box.height) -
		   fmax(t[1], p->box.y);
	double both = fmax(w, 0) * fmax(h, 0);

	return both /
	       (t[2] * t[3] + (double)p->box.width * p->box.height - both);
}

static void keep(const char *dir, const char *photo, const struct portrait *p)
{
	const char *name = strrchr(photo, '/');
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name ? name + 1 : photo);
	f = fopen(path, "wb");
	if (!f)
		return;
	fwrite(p->jpeg.data, 1, p->jpeg.len, f);
	fclose(f);
}

static bool zone_read(const struct mrz_reader *reader, const char *photo,
		      struct mrz_reading *m)
{
	PIX *grey = pixReadJpeg(photo, 0, 1, NULL, L_JPEG_READ_LUMINANCE);

	if (reader)
		mrz_read(reader, grey, m);
	pixDestroy(&grey);
	return m->format != MRZ_NONE;
}

static void measure(const struct mrz_reader *reader, const char *photo,
		    const char *dir, bool verbose, struct total *t)
{
	struct mrz_reading m = { .format = MRZ_NONE };
	double box[4], shared = 0, ms;
	struct buf file = BUF_INIT;
	struct portrait p;
	struct image image;
	const char *why;
	bool there = truth_read(photo, box);
	int64_t began;

	if (buf_file(&file, photo, 64 << 20) ||
	    image_decode(file.data, file.len, &image, &why))
		exit(1);
	t->zones += zone_read(reader, photo, &m);
	began = clock_cpu_us();
	portrait_find(&image, m.format != MRZ_NONE ? &m : NULL, &p);
	ms = (double)(clock_cpu_us() - began) / 1e3;
	t->photos++;
	t->there += there;
	t->found += p.found;
	t->wrong += p.found && !there;
	if (p.found && there) {
		shared = overlap(box, &p);
		t->good += shared > 0.6;
		t->exact += shared > 0.8;
		t->wrong += shared < 0.4;
	}
	t->ms += ms;
	t->most_ms = fmax(t->most_ms, ms);
	if (verbose)
		printf("%s: %d,%d %dx%d, %.2f, %.0f ms%s\n", photo, p.box.x,
		       p.box.y, p.box.width, p.box.height, shared, ms,
		       m.format != MRZ_NONE ? ", zone" : "");
	if (dir && p.found)
		keep(dir, photo, &p);
	portrait_finish(&p);
	image_finish(&image);
	buf_finish(&file);
}

int main(int argc, char **argv)
{
	struct mrz_reader *reader = NULL;
	struct buf weights = BUF_INIT;
	struct total t = { 0 };
	const char *dir = NULL;
	bool verbose = false;
	int i = 1;

	setMsgSeverity(L_SEVERITY_NONE);
	for (; i < argc && *argv[i] == '-'; i++) {
		verbose |= !strcmp(argv[i], "-v");
		if (!strcmp(argv[i], "-k") && i + 1 < argc)
			dir = argv[++i];
	}
	if (i + 1 >= argc)
		return 2;
	if (strcmp(argv[i], "none") != 0 &&
	    !buf_file(&weights, argv[i], 64 << 20))
		reader = mrz_reader_create(weights.data, weights.len);
	for (i++; i < argc; i++)
		measure(reader, argv[i], dir, verbose, &t);
	printf("%d photos, %d with a portrait, %d with a zone: %d found, "
	       "%d share 60 %% with the truth, %d 80 %%, %d wrong; %.0f ms "
	       "(at most %.0f)\n",
	       t.photos, t.there, t.zones, t.found, t.good, t.exact, t.wrong,
	       t.ms / t.photos, t.most_ms);
	mrz_reader_destroy(reader);
	buf_finish(&weights);
	return 0;
}
