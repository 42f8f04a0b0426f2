// SPDX-License-Identifier: GPL-3.0-or-later
/* The door: the only caller of libfcgi; also speaks plain CGI (RFC 3875). */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include <sys/types.h>

#include "http/http.h"

/* Whether this process was started as a plain CGI script, and whether fd 0 is
 * a FastCGI listening socket that somebody else opened. */
bool http_door_is_cgi(void);
bool http_door_is_inherited(void);

/* A listening Unix socket; replaces a stale file nobody listens on; -1 with a
 * line in error. mode as in chmod(2). */
int http_door_listen(const char *path, unsigned int mode, struct buf *error);

/* listen_fd -1 serves the one CGI request of this process. Otherwise TERM, INT
 * and USR1 mean http_door_stop and are blocked except while waiting for a
 * request, so that they never break one. NULL, with a log line, on failure. */
struct http_door *http_door_create(int listen_fd);
void http_door_destroy(struct http_door *d);

/* Waits for a request. 1 with req filled; 0 when asked to stop (TERM) or the
 * CGI request is done; -1 on an error that ends the process. */
int http_door_accept(struct http_door *d, struct arena *a,
		     struct http_request *req);

/* Body bytes as they come: the count, 0 at the end, -1 where the client went
 * away before content_length bytes. Never reads beyond content_length. */
ssize_t http_door_read(struct http_door *d, void *out, size_t len);

/* Sends the answer, closes its stream and ends the request. The connection is
 * always closed: fastcgi_keep_conn is not for this program. */
void http_door_reply(struct http_door *d, const struct http_response *r);

/* Async-signal-safe: the next accept returns 0. */
void http_door_stop(void);

#endif
