// SPDX-License-Identifier: GPL-3.0-or-later
/* placeholder */
#include "unit.h"
#include "mail/template.h"
START_TEST(x){ck_assert(mail_locale_is_valid("en"));}
END_TEST
UNIT_MAIN("mail", x)
