// SPDX-License-Identifier: GPL-3.0-or-later
/* What an upload is, by its first bytes: names and headers can lie. */
#ifndef CHECK_MEDIA_H
#define CHECK_MEDIA_H

#include "base/mem.h"

/* Stored: append, never renumber. */
enum check_media {
	CHECK_MEDIA_NONE, /* none that is accepted */
	CHECK_MEDIA_JPEG,
	CHECK_MEDIA_PNG,
	CHECK_MEDIA_WEBP,
	CHECK_MEDIA_PDF,
	CHECK_MEDIA_TYPES
};

/* So many bytes of the start decide. */
enum { CHECK_MEDIA_PREFIX = 16 };

enum check_media check_media_detect(const void *bytes, size_t len);
const char *check_media_name(enum check_media type); /* "image/jpeg" */
/* Of that name; CHECK_MEDIA_NONE for any other. */
enum check_media check_media_find(const char *name);

#endif
