// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the door: a request out of CGI variables (RFC 3875). */
#ifndef HTTP_DOOR_REQUEST_H
#define HTTP_DOOR_REQUEST_H

#include "http/http.h"

/* Fills all of req but door from NAME=value strings, which are copied to the
 * arena. req is overwritten. */
void door_request(char **envp, struct arena *a, struct http_request *req);

#endif
