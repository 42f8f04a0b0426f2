// SPDX-License-Identifier: GPL-3.0-or-later
/* Requests to the outside, many at a time: the only caller of libcurl. */
#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

#include "base/log.h"
#include "base/str.h"
#include "net/net.h"
#include "net/url.h"

/* One request under way, or answered and not fetched yet. */
struct transfer {
	struct transfer *next;
	const struct net_rules *rules;
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *resolve;
	size_t received;
	size_t keep;
	void *ctx;
	struct net_answer answer;
	bool done;
};

struct net {
	const struct net_rules *rules;
	const char *ca_file;
	CURLM *multi;
	struct transfer *transfers;
};

static void *there(void *p)
{
	if (!p) {
		log_error("libcurl is out of memory");
		abort();
	}
	return p;
}

struct net *net_create(const struct net_rules *rules, const char *ca_file)
{
	struct net *n = mem_alloc(sizeof(*n));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	*n = (struct net){ .rules = rules,
			   .ca_file = ca_file,
			   .multi = there(curl_multi_init()) };
	return n;
}

static void transfer_destroy(struct net *n, struct transfer *t)
{
	if (t->easy) {
		curl_multi_remove_handle(n->multi, t->easy);
		curl_easy_cleanup(t->easy);
	}
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->resolve);
	buf_finish(&t->answer.body);
	free(t);
}

void net_destroy(struct net *n)
{
	struct transfer *t, *next;

	if (!n)
		return;
	for (t = n->transfers; t; t = next) {
		next = t->next;
		transfer_destroy(n, t);
	}
	curl_multi_cleanup(n->multi);
	free(n);
	curl_global_cleanup();
}

static void refuse(struct transfer *t, const char *why)
{
	t->answer.refused = true;
	str_copy(t->answer.error, sizeof(t->answer.error), why);
}

/* The address is the one that is connected to, whatever the name said before;
 * a socket that is not made is a connection that is not made. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
				 struct curl_sockaddr *to)
{
	struct transfer *t = ctx;
	struct net_address a;

	if (purpose != CURLSOCKTYPE_IPCXN || net_address_of(&to->addr, &a) ||
	    !net_address_is_fine(t->rules, &a)) {
		refuse(t, "the address is private or reserved");
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool is_too_long(const struct transfer *t)
{
	return t->received > (t->keep ? t->keep : NET_ANSWER_MAX);
}

/* A long body is not waited for, wanted or not. */
static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;

	t->received += size * n;
	if (is_too_long(t))
		return 0;
	if (t->keep)
		buf_add(&t->answer.body, bytes, size * n);
	return size * n;
}

static size_t see_header(char *line, size_t size, size_t n, void *ctx)
{
	static const char name[] = "retry-after:";
	enum { NAME = sizeof(name) - 1 };
	struct transfer *t = ctx;
	size_t len = size * n, from = NAME;

	if (len <= NAME || strncasecmp(line, name, NAME) != 0)
		return len;
	while (from < len && (line[from] == ' ' || line[from] == '\t'))
		from++;
	n = len - from;
	while (n && (line[from + n - 1] == '\r' || line[from + n - 1] == '\n'))
		n--;
	if (n < sizeof(t->answer.retry_after)) {
		memcpy(t->answer.retry_after, line + from, n);
		t->answer.retry_after[n] = '\0';
	}
	return len;
}

static void add_headers(struct transfer *t, const struct net_request *r)
{
	const char *const *headers = r->headers;

	/* no wait for a 100, which few receivers send */
	t->headers = curl_slist_append(NULL, "Expect:");
	if (r->body)
		t->headers = curl_slist_append(
			t->headers, "Content-Type: application/json");
	for (; headers && *headers; headers++)
		t->headers = curl_slist_append(t->headers, *headers);
}

static void set_body(CURL *easy, const struct net_request *r)
{
	if (!r->body) {
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->len);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body);
}

static void set_limits(const struct net *n, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
			 n->rules->plain_http ? "http,https" : "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)NET_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)NET_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Or a name server that is silent holds up all: libcurl waits for a
	 * look-up to end even where its time is over. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
			 (long)CURL_SSLVERSION_TLSv1_2);
	if (*n->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, n->ca_file);
}

static void set_up(const struct net *n, struct transfer *t,
		   const struct net_request *r)
{
	CURL *easy = t->easy;

	set_limits(n, easy);
	add_headers(t, r);
	set_body(easy, r);
	if (r->resolve) {
		t->resolve = curl_slist_append(NULL, r->resolve);
		curl_easy_setopt(easy, CURLOPT_RESOLVE, t->resolve);
	}
	curl_easy_setopt(easy, CURLOPT_URL, r->url);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "Vouchsafe");
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, see_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
}

void net_start(struct net *n, const struct net_request *r)
{
	struct transfer *t = mem_alloc(sizeof(*t));
	const char *wrong = net_url_refuse(n->rules, r->url, NULL);

	*t = (struct transfer){ .next = n->transfers,
				.rules = n->rules,
				.keep = r->keep,
				.ctx = r->ctx };
	n->transfers = t;
	t->done = wrong != NULL;
	if (wrong) {
		refuse(t, wrong);
		return;
	}
	t->easy = there(curl_easy_init());
	set_up(n, t, r);
	curl_multi_add_handle(n->multi, t->easy);
}

/* The words of libcurl name no URL: those of curl_easy_strerror are fixed. */
static void conclude(struct transfer *t, CURLcode code)
{
	struct net_answer *a = &t->answer;
	bool too_long = code == CURLE_WRITE_ERROR && is_too_long(t);
	long status = 0;

	t->done = true;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK || (too_long && !t->keep)) {
		a->status = (int)status;
		a->refused = false;
		a->error[0] = '\0';
		return;
	}
	if (a->refused && code == CURLE_COULDNT_CONNECT)
		return;
	a->refused = false;
	buf_reset(&a->body); /* a part of it is of no use */
	str_copy(a->error, sizeof(a->error),
		 too_long ? "the answer is too long"
			  : curl_easy_strerror(code));
}

void net_wait(struct net *n, int ms)
{
	struct transfer *t;
	CURLMsg *msg;
	int left;

	curl_multi_perform(n->multi, &left);
	if (left)
		curl_multi_poll(n->multi, NULL, 0, ms, NULL);
	curl_multi_perform(n->multi, &left);
	while ((msg = curl_multi_info_read(n->multi, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		conclude(t, msg->data.result);
	}
}

bool net_next(struct net *n, void **ctx, struct net_answer *out)
{
	struct transfer **at = &n->transfers, *t;

	while (*at && !(*at)->done)
		at = &(*at)->next;
	t = *at;
	if (!t)
		return false;
	*at = t->next;
	*ctx = t->ctx;
	*out = t->answer;
	t->answer.body = (struct buf)BUF_INIT; /* theirs now */
	transfer_destroy(n, t);
	return true;
}
