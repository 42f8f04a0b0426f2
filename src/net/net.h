// SPDX-License-Identifier: GPL-3.0-or-later
/* Requests to the outside, many at a time: the only caller of libcurl. Every
 * address is checked when it is connected to, so that a name which resolves
 * anew leads nowhere else; no redirects, no proxies; TLS is verified. */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/buf.h"
#include "net/address.h"

enum {
	NET_TIMEOUT_MS = 10000, /* in all */
	NET_ANSWER_MAX = 65536, /* bytes that are read of a body not kept */
	NET_RETRY_AFTER_SIZE = 64,
	NET_ERROR_SIZE = 160
};

struct net;

struct net_request {
	const char *url;
	const char *const *headers; /* "Name: value"; NULL at the end */
	/* JSON of a POST, which must live until the answer; NULL: a GET */
	const void *body;
	size_t len;
	size_t keep; /* the answer's body is wanted, of so many bytes at most */
	void *ctx;
	/* Tests only, else NULL: HOST:PORT:ADDRESS in place of a look-up. */
	const char *resolve;
};

struct net_answer {
	int status;		    /* 0: none came; error says why */
	bool refused;		    /* by the rules, before anything was sent */
	char error[NET_ERROR_SIZE]; /* no URL, no secret */
	char retry_after[NET_RETRY_AFTER_SIZE]; /* "" where there was none */
	struct buf body; /* where keep was set: for the caller to finish */
};

/* ca_file "" means the system's certificates. rules must outlive it. */
struct net *net_create(const struct net_rules *rules, const char *ca_file);
/* Whatever runs is dropped. */
void net_destroy(struct net *n);

/* Starts a request; its answer comes by net_next, always. */
void net_start(struct net *n, const struct net_request *r);

/* Moves bytes until something has happened, at most so long. */
void net_wait(struct net *n, int ms);

/* The next answer and the ctx of its request; false where none is there. */
bool net_next(struct net *n, void **ctx, struct net_answer *out);

#endif
