// SPDX-License-Identifier: GPL-3.0-or-later
/* What an upload is, by its first bytes. */
#include "check/media.h"

static const struct magic {
	enum check_media type;
	size_t offset;
	const char *bytes;
	size_t len;
} magics[] = {
	/* ITU-T T.81: SOI, then another marker */
	{ CHECK_MEDIA_JPEG, 0, "\xff\xd8\xff", 3 },
	/* ISO/IEC 15948 section 5.2 */
	{ CHECK_MEDIA_PNG, 0, "\x89PNG\r\n\x1a\n", 8 },
	/* RFC 9649 section 2.4; "RIFF" before it is looked at below */
	{ CHECK_MEDIA_WEBP, 8, "WEBPVP8", 7 },
	/* ISO 32000-1 section 7.5.2 */
	{ CHECK_MEDIA_PDF, 0, "%PDF-", 5 },
};

enum check_media check_media_detect(const void *bytes, size_t len)
{
	const char *p = bytes;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(magics); i++) {
		const struct magic *m = &magics[i];

		if (len < m->offset + m->len ||
		    memcmp(p + m->offset, m->bytes, m->len))
			continue;
		if (m->type == CHECK_MEDIA_WEBP && memcmp(p, "RIFF", 4))
			continue;
		return m->type;
	}
	return CHECK_MEDIA_NONE;
}

const char *check_media_name(enum check_media type)
{
	static const char *const names[CHECK_MEDIA_TYPES] = {
		[CHECK_MEDIA_NONE] = "application/octet-stream",
		[CHECK_MEDIA_JPEG] = "image/jpeg",
		[CHECK_MEDIA_PNG] = "image/png",
		[CHECK_MEDIA_WEBP] = "image/webp",
		[CHECK_MEDIA_PDF] = "application/pdf",
	};

	return names[type < CHECK_MEDIA_TYPES ? type : CHECK_MEDIA_NONE];
}

enum check_media check_media_find(const char *name)
{
	int type;

	for (type = 1; type < CHECK_MEDIA_TYPES; type++) {
		if (!strcmp(check_media_name((enum check_media)type), name))
			return (enum check_media)type;
	}
	return CHECK_MEDIA_NONE;
}
