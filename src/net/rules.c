// SPDX-License-Identifier: GPL-3.0-or-later
/* The rules of the configuration. */
#include "net/url.h"

int net_rules_read(const struct conf *conf, struct net_rules *out,
		   struct buf *error)
{
	*out = (struct net_rules){ .plain_http = conf->net_plain_http != 0 };
	if (!net_rules_allow(out, conf->net_allow))
		return 0;
	buf_str(error, "[net] allow: must be a list of networks, "
		       "such as 10.1.0.0/16");
	return -1;
}
