// SPDX-License-Identifier: GPL-3.0-or-later
/* One main for every unit test program: UNIT_MAIN("room", test, test, …). */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>

#include "base/mem.h"

static inline int unit_run(const char *room, const TTest *const *tests,
			   size_t count)
{
	Suite *s = suite_create(room);
	TCase *t = tcase_create(room);
	SRunner *r;
	size_t i;
	int failed;

	tcase_set_timeout(t, 60);
	for (i = 0; i < count; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#define UNIT_MAIN(room, ...)                                                   \
	int main(void)                                                         \
	{                                                                      \
		const TTest *const tests[] = { __VA_ARGS__ };                  \
                                                                               \
		return unit_run(room, tests, ARRAY_SIZE(tests));               \
	}

#endif
