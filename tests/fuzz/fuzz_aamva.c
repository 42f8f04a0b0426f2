// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes for a licence's barcode: what comes out is text, and what is valid
 * has what a licence must have. */
#include <stdint.h>

#include "base/date.h"
#include "base/str.h"
#include "check/aamva.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right)
{
	if (!right)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT;
	struct aamva a;
	struct date d;
	int rc = aamva_parse(data, size, &a);

	expect(rc == (a.error_count ? -1 : 0));
	if (!rc)
		expect(aamva_is(data, size) && *a.field[AAMVA_NUMBER] &&
		       *a.field[AAMVA_FULL_NAME] &&
		       !date_parse(a.field[AAMVA_BIRTH], &d) &&
		       strlen(a.field[AAMVA_COUNTRY]) == 2);
	aamva_json(&b, &a);
	expect(str_is_utf8(b.data, b.len) &&
	       !str_has_control(b.data, b.len, false));
	buf_finish(&b);
	return 0;
}
