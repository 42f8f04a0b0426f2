// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside kyc: what the endpoints of sessions share. */
#ifndef API_KYC_SESSIONS_H
#define API_KYC_SESSIONS_H

#include "api/kyc/kyc.h"
#include "api/kyc/words.h"
#include "kyc/session_change.h"
#include "kyc/session_view.h"

/* The whole session, as GET shows it; loaded first, or as it was. */
int sessions_reply(struct api_call *call, const struct kyc_session *s,
		   int status);
int sessions_reply_whole(struct api_call *call, const struct kyc_whole *w,
			 int status);

/* send_invitation as a parameter brought it: 0, 1, or -1 where absent. */
enum kyc_invite sessions_invite(int send_invitation);

#endif
