// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what the page's translations say of a photo's flaw. */
#ifndef API_PUBLIC_SENTENCE_H
#define API_PUBLIC_SENTENCE_H

#include "kyc/quality.h"

/* In the language of the locale, else in English; NULL where the page's files
 * are not there. Lives as long as the process. */
const char *public_sentence(const char *www_dir, const char *locale,
			    enum kyc_flaw flaw);

#endif
