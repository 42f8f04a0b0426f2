// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of requests to the outside: nothing private is connected to,
 * however it is spelt or resolved. A real listener on loopback counts. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/net.h"
#include "net/url.h"
#include "unit.h"

enum { ANSWER_ROUNDS = 300, LOOK_UP_S = 3 };

/* All of these are 127.0.0.1 or another private or reserved address to some
 * library; a %d is the listener's port. */
static const char *const spellings[] = {
	/* loopback, written as C libraries and browsers read it */
	"http://127.0.0.1:%d/",
	"http://127.0.0.1.:%d/",
	"http://127.1:%d/",
	"http://127.0.1:%d/",
	"http://127.255.255.254:%d/",
	"http://2130706433:%d/",
	"http://02130706433:%d/",
	"http://017700000001:%d/",
	"http://0x7f000001:%d/",
	"http://0X7F000001:%d/",
	"http://0x7f.0.0.1:%d/",
	"http://0x7f.0x0.0x0.0x1:%d/",
	"http://0177.0.0.1:%d/",
	"http://0177.0.0.01:%d/",
	"http://00000177.0.0.1:%d/",
	"http://127.0.0.0x1:%d/",
	"http://0x7f.1:%d/",
	"http://0177.1:%d/",
	"http://4294967297:%d/",
	"http://127.0.0.1%%2f@example.com:%d/",
	"http://%%31%%32%%37.0.0.1:%d/",
	"http://127%%2e0.0.1:%d/",
	"http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1:%d/",
	"http://127\xe3\x80\x82"
	"0.0.1:%d/",
	"http://localhost:%d/",
	"http://LOCALHOST:%d/",
	"http://localhost.:%d/",
	"http://a.localhost:%d/",
	/* anything */
	"http://0.0.0.0:%d/",
	"http://0:%d/",
	"http://0.:%d/",
	"http://0x0:%d/",
	"http://00:%d/",
	"http://[::]:%d/",
	/* IPv6 */
	"http://[::1]:%d/",
	"http://[0:0:0:0:0:0:0:1]:%d/",
	"http://[0000:0000:0000:0000:0000:0000:0000:0001]:%d/",
	"http://[::ffff:127.0.0.1]:%d/",
	"http://[::ffff:7f00:1]:%d/",
	"http://[0:0:0:0:0:ffff:127.0.0.1]:%d/",
	"http://[::127.0.0.1]:%d/",
	"http://[::7f00:1]:%d/",
	"http://[64:ff9b::127.0.0.1]:%d/",
	"http://[64:ff9b::7f00:1]:%d/",
	"http://[64:ff9b:1::7f00:1]:%d/",
	"http://[2002:7f00:1::]:%d/",
	"http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:%d/",
	"http://[::1%%25lo]:%d/",
	"http://[::1%%lo]:%d/",
	"http://[fe80::1]:%d/",
	"http://[fc00::1]:%d/",
	"http://[fd12:3456::1]:%d/",
	"http://[ff02::1]:%d/",
	"http://[2001:db8::1]:%d/",
	/* somebody else's name before the address */
	"http://example.com@127.0.0.1:%d/",
	"http://example.com:80@127.0.0.1:%d/",
	"http://example.com%%00@127.0.0.1:%d/",
	"http://127.0.0.1:%d#@example.com/",
	"http://127.0.0.1:%d?@example.com/",
	"http://example.com\\@127.0.0.1:%d/",
	"http:\\\\127.0.0.1:%d/",
	"http:///127.0.0.1:%d/",
	"http:127.0.0.1:%d/",
	"//127.0.0.1:%d/",
	"http://127.0.0.1:%d",
	"HTTP://127.0.0.1:%d/",
	" http://127.0.0.1:%d/",
	"http://127.0.0.1\t:%d/",
	/* private and reserved */
	"http://10.0.0.1:%d/",
	"http://10.1:%d/",
	"http://167772161:%d/",
	"http://012.0.0.1:%d/",
	"http://172.16.0.1:%d/",
	"http://172.31.255.254:%d/",
	"http://192.168.0.1:%d/",
	"http://0xc0a80001:%d/",
	"http://169.254.169.254:%d/",
	"http://2852039166:%d/",
	"http://0xa9fea9fe:%d/",
	"http://[::ffff:169.254.169.254]:%d/",
	"http://100.64.0.1:%d/",
	"http://100.127.255.254:%d/",
	"http://192.0.2.1:%d/",
	"http://198.18.0.1:%d/",
	"http://198.51.100.7:%d/",
	"http://203.0.113.7:%d/",
	"http://224.0.0.1:%d/",
	"http://240.0.0.1:%d/",
	"http://255.255.255.255:%d/",
	/* other schemes */
	"ftp://127.0.0.1:%d/",
	"gopher://127.0.0.1:%d/",
	"file:///etc/passwd?%d",
	"dict://127.0.0.1:%d/",
};

/* What a name may resolve to. */
static const char *const resolutions[] = {
	"127.0.0.1",
	"10.0.0.1",
	"192.168.1.1",
	"172.16.5.5",
	"169.254.169.254",
	"100.64.1.1",
	"0.0.0.0",
	"224.0.0.1",
	"255.255.255.255",
	"192.0.2.1",
	"[::1]",
	"[::]",
	"[::ffff:127.0.0.1]",
	"[64:ff9b::7f00:1]",
	"[2002:7f00:1::]",
	"[fe80::1]",
	"[fd00::1]",
	"[2001:db8::1]",
	"[ff02::1]",
	/* the second is no better than the first */
	"10.0.0.1,127.0.0.1,[::1]",
};

static struct net_rules rules_of(const char *allow)
{
	struct net_rules r = { .plain_http = true };

	ck_assert_int_eq(net_rules_allow(&r, allow), 0);
	return r;
}

static int listen_here(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 16), 0);
	getsockname(fd, (struct sockaddr *)&a, &len);
	*port = ntohs(a.sin_port);
	return fd;
}

/* What the server said last, and what it was asked. */
static const char *answer_text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
static char asked[4096];

/* Whether somebody connected; answered, so that the request ends. */
static int serve(int fd)
{
	size_t len = strlen(answer_text);
	int c = accept(fd, NULL, NULL);
	int room = 200000; /* or a long answer would wait for its reader */
	ssize_t n;

	if (c < 0)
		return 0;
	setsockopt(c, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	n = recv(c, asked, sizeof(asked) - 1, 0);
	asked[n < 0 ? 0 : n] = '\0';
	/* one that takes only a part of it has gone, which is fine */
	send(c, answer_text, len, MSG_NOSIGNAL);
	shutdown(c, SHUT_WR);
	usleep(20000);
	close(c);
	return 1;
}

static struct net_answer send_request(const struct net_rules *rules, int fd,
				      const struct net_request *r, int *visits)
{
	struct net *n = net_create(rules, "");
	struct net_answer answer = { .status = -1 };
	void *ctx;
	int i;

	*visits = 0;
	net_start(n, r);
	for (i = 0; i < ANSWER_ROUNDS && !net_next(n, &ctx, &answer); i++) {
		net_wait(n, 50);
		*visits += serve(fd);
	}
	net_destroy(n);
	return answer;
}

static struct net_answer ask(const struct net_rules *rules, int fd,
			     const char *url, const char *resolve, int *visits)
{
	const struct net_request r = {
		.url = url, .body = "{}", .len = 2, .resolve = resolve
	};
	struct net_answer a = send_request(rules, fd, &r, visits);

	ck_assert_ptr_null(a.body.data);
	return a;
}

START_TEST(every_spelling_is_refused)
{
	struct net_rules none = rules_of("");
	char url[256];
	int port, visits, fd = listen_here(&port);
	size_t i;

	ck_assert_uint_ge(ARRAY_SIZE(spellings), 60);
	for (i = 0; i < ARRAY_SIZE(spellings); i++) {
		struct net_answer a;

		snprintf(url, sizeof(url), spellings[i], port);
		a = ask(&none, fd, url, NULL, &visits);
		ck_assert_msg(a.refused && !a.status && *a.error, "%s: %d %s",
			      url, a.status, a.error);
		ck_assert_msg(!visits, "%s was connected to", url);
	}
	close(fd);
}
END_TEST

START_TEST(what_a_name_resolves_to_is_refused)
{
	struct net_rules none = rules_of("");
	char url[256], resolve[256];
	int port, visits, fd = listen_here(&port);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(resolutions); i++) {
		struct net_answer a;

		snprintf(url, sizeof(url), "http://hooks.example.com:%d/",
			 port);
		ck_assert_ptr_null(net_url_refuse(&none, url, NULL));
		snprintf(resolve, sizeof(resolve), "hooks.example.com:%d:%s",
			 port, resolutions[i]);
		a = ask(&none, fd, url, resolve, &visits);
		ck_assert_msg(a.refused && !a.status, "%s: %d %s",
			      resolutions[i], a.status, a.error);
		ck_assert_int_eq(visits, 0);
	}
	close(fd);
}
END_TEST

/* The name is good when it is looked at, and leads elsewhere when it is
 * connected to. */
START_TEST(rebinding_leads_nowhere)
{
	struct net_rules none = rules_of(""), loop = rules_of("127.0.0.0/8");
	struct net_answer a;
	char url[64], to_us[64];
	int port, visits, fd = listen_here(&port);

	snprintf(url, sizeof(url), "http://rebind.example.com:%d/", port);
	snprintf(to_us, sizeof(to_us), "rebind.example.com:%d:127.0.0.1", port);
	a = ask(&loop, fd, url, to_us, &visits);
	ck_assert_int_eq(a.status, 200);
	ck_assert_int_eq(visits, 1);
	a = ask(&none, fd, url, to_us, &visits);
	ck_assert(a.refused);
	ck_assert_int_eq(visits, 0);
	close(fd);
}
END_TEST

START_TEST(allowed_networks_are_let_through)
{
	struct net_rules loop = rules_of(" 127.0.0.0/8, fd00::/8,192.0.2.7");
	char url[64];
	int port, visits, fd = listen_here(&port);

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	ck_assert_int_eq(ask(&loop, fd, url, NULL, &visits).status, 200);
	snprintf(url, sizeof(url), "http://localhost:%d/", port);
	ck_assert_ptr_null(net_url_refuse(&loop, url, NULL));
	ck_assert_ptr_null(net_url_refuse(&loop, "http://[fd12::1]/", NULL));
	ck_assert_ptr_null(net_url_refuse(&loop, "http://192.0.2.7/", NULL));
	ck_assert_ptr_nonnull(net_url_refuse(&loop, "http://192.0.2.8/", NULL));
	ck_assert_ptr_nonnull(net_url_refuse(&loop, "http://[::1]/", NULL));
	/* another spelling stays a trick */
	ck_assert_ptr_nonnull(net_url_refuse(&loop, "http://127.1/", NULL));
	close(fd);
}
END_TEST

START_TEST(public_addresses_pass)
{
	static const char *const fine[] = {
		"https://8.8.8.8/",
		"https://172.32.0.1/",
		"https://100.128.0.1/",
		"https://[2606:4700::1111]/",
		"https://[64:ff9b::808:808]/",
		"https://example.com",
		"https://example.com:8443/a?b=c#d",
		"https://xn--exmple-cua.com/",
		"https://a_b.example.com./",
		"https://1.example.com/",
		"https://11.0.0.1/",
	};
	struct net_rules none = { .plain_http = false };
	char host[NET_HOST_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fine); i++)
		ck_assert_msg(!net_url_refuse(&none, fine[i], host), "%s: %s",
			      fine[i], net_url_refuse(&none, fine[i], host));
	ck_assert_ptr_null(net_url_refuse(&none, fine[6], host));
	ck_assert_str_eq(host, "example.com");
	ck_assert_ptr_nonnull(net_url_refuse(&none, "http://8.8.8.8/", NULL));
}
END_TEST

START_TEST(broken_lists_are_noticed)
{
	static const char *const broken[] = { "10.0.0.0/33", "10.0.0/8",
					      "fd00::/129",  "a.b.c.d/8",
					      "10.0.0.0/",   "10.0.0.0/-1" };
	struct net_rules r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(broken); i++)
		ck_assert_int_eq(net_rules_allow(&r, broken[i]), -1);
}
END_TEST

/* A GET of a body of so many bytes, with its length or cut short. */
static struct net_answer get(size_t len, size_t sent, size_t keep)
{
	static const char *const headers[] = { "Accept: application/json",
					       NULL };
	struct net_rules loop = rules_of("127.0.0.0/8");
	struct net_request r = { .headers = headers, .keep = keep };
	struct net_answer a;
	struct buf text = BUF_INIT;
	int port, visits, fd = listen_here(&port);
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/keys?a=b", port);
	r.url = url;
	buf_printf(&text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		   len);
	while (sent--)
		buf_chr(&text, (char)('a' + sent % 26));
	answer_text = text.data;
	a = send_request(&loop, fd, &r, &visits);
	ck_assert_int_eq(visits, 1);
	buf_finish(&text);
	close(fd);
	return a;
}

START_TEST(a_get_hands_over_the_body)
{
	struct net_answer a = get(1000, 1000, 1000);

	ck_assert_int_eq(a.status, 200);
	ck_assert_str_eq(a.error, "");
	ck_assert_uint_eq(a.body.len, 1000);
	ck_assert_int_eq(a.body.data[999], 'a');
	ck_assert_int_eq(a.body.data[1000], '\0');
	buf_finish(&a.body);
	ck_assert(!strncmp(asked, "GET /keys?a=b HTTP/1.1\r\n", 24));
	ck_assert_ptr_nonnull(
		strstr(asked, "\r\nAccept: application/json\r\n"));
	ck_assert_ptr_null(strcasestr(asked, "content-"));
	ck_assert_ptr_null(strcasestr(asked, "expect:"));
}
END_TEST

START_TEST(a_body_too_long_is_no_answer)
{
	struct net_answer a = get(100001, 100001, 100000);

	ck_assert(!a.status && !a.refused);
	ck_assert_str_eq(a.error, "the answer is too long");
	ck_assert_uint_eq(a.body.len, 0);
	buf_finish(&a.body);
}
END_TEST

/* Half of a set of keys is none. */
START_TEST(a_body_cut_short_is_no_answer)
{
	struct net_answer a = get(1000, 999, 1000);

	ck_assert_int_eq(a.status, 0);
	ck_assert_str_ne(a.error, "");
	ck_assert_uint_eq(a.body.len, 0);
	buf_finish(&a.body);
}
END_TEST

START_TEST(a_body_nobody_wants_is_dropped)
{
	struct net_answer a = get(100000, 100000, 0);

	ck_assert_int_eq(a.status, 200);
	ck_assert_ptr_null(a.body.data);
}
END_TEST

START_TEST(a_get_goes_no_other_way)
{
	static const char moved[] =
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/x\r\n"
		"Content-Length: 2\r\n\r\n{}";
	struct net_rules loop = rules_of("127.0.0.0/8"), none = rules_of("");
	struct net_request r = { .keep = 100 };
	struct net_answer a;
	char url[64], text[256];
	int port, visits, fd = listen_here(&port);

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	snprintf(text, sizeof(text), moved, port);
	answer_text = text;
	r.url = url;
	a = send_request(&loop, fd, &r, &visits);
	ck_assert_int_eq(a.status, 302);
	ck_assert_str_eq(buf_cstr(&a.body), "{}");
	ck_assert_int_eq(visits, 1);
	buf_finish(&a.body);
	a = send_request(&none, fd, &r, &visits);
	ck_assert(a.refused && !a.status && !visits);
	loop.plain_http = false;
	a = send_request(&loop, fd, &r, &visits);
	ck_assert(a.refused && !a.status && !visits);
	r.url = "file:///etc/passwd";
	a = send_request(&loop, fd, &r, &visits);
	ck_assert(a.refused && !a.status);
	close(fd);
}
END_TEST

/* libcurl looks names up in threads by this; those of slow.example hang. */
int getaddrinfo(const char *name, const char *service,
		const struct addrinfo *hints, struct addrinfo **out)
{
	int (*real)(const char *, const char *, const struct addrinfo *,
		    struct addrinfo **) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

	if (name && !strcmp(name, "slow.example")) {
		sleep(LOOK_UP_S);
		return EAI_AGAIN;
	}
	memcpy(&real, &symbol, sizeof(real));
	return real(name, service, hints, out);
}

/* Dropping a request and a time that is over end it in the same way. */
START_TEST(a_slow_look_up_holds_up_nobody)
{
	static const struct net_rules rules = { .plain_http = true };
	struct net *n = net_create(&rules, "");
	const struct net_request r = { .url = "http://slow.example/",
				       .body = "{}",
				       .len = 2 };
	int64_t began;

	net_start(n, &r);
	net_wait(n, 50);
	began = clock_monotonic_us();
	net_destroy(n);
	ck_assert_int_lt(clock_monotonic_us() - began, 1000000);
}
END_TEST

UNIT_MAIN("net", every_spelling_is_refused, what_a_name_resolves_to_is_refused,
	  rebinding_leads_nowhere, allowed_networks_are_let_through,
	  public_addresses_pass, broken_lists_are_noticed,
	  a_get_hands_over_the_body, a_body_too_long_is_no_answer,
	  a_body_cut_short_is_no_answer, a_body_nobody_wants_is_dropped,
	  a_get_goes_no_other_way, a_slow_look_up_holds_up_nobody)
