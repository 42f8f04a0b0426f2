// SPDX-License-Identifier: GPL-3.0-or-later
/* The door: the only caller of libfcgi; also speaks plain CGI (RFC 3875). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/log.h"
#include "http/door.h"
#include "http/door_request.h"

enum { PIECE = 64 * 1024 }; /* of a body that comes while it is sent */

struct http_door {
	FCGX_Request fcgi;
	bool cgi;
	bool open;    /* a request waits for its answer */
	bool served;  /* the one CGI request was handed out */
	int64_t left; /* body bytes not read yet */
	int epoll_fd;
	sigset_t wait_mask; /* while idle, stop signals come through */
	struct buf head;
};

static const int stop_signals[] = { SIGTERM, SIGINT, SIGUSR1 };
static volatile sig_atomic_t stopping;

bool http_door_is_cgi(void)
{
	const char *gateway = getenv("GATEWAY_INTERFACE");

	return gateway && strncmp(gateway, "CGI/", 4) == 0 &&
	       getenv("REQUEST_METHOD") && !http_door_is_inherited();
}

bool http_door_is_inherited(void)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) ==
		       0 &&
	       on;
}

void http_door_stop(void)
{
	stopping = 1;
}

static void on_stop(int sig)
{
	(void)sig;
	http_door_stop();
}

/* Stop signals are blocked but for the moment of waiting: so they never cut a
 * read or write of libfcgi short, which takes EINTR for a lost client, and
 * none slips in between looking at the flag and waiting. */
static void setup_signals(struct http_door *d)
{
	struct sigaction sa = { .sa_handler = on_stop };
	sigset_t block;
	size_t i;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&block);
	for (i = 0; i < ARRAY_SIZE(stop_signals); i++) {
		sigaction(stop_signals[i], &sa, NULL);
		sigaddset(&block, stop_signals[i]);
	}
	sigprocmask(SIG_BLOCK, &block, &d->wait_mask);
	for (i = 0; i < ARRAY_SIZE(stop_signals); i++)
		sigdelset(&d->wait_mask, stop_signals[i]);
}

/* Every worker has an epoll of its own on the common socket; EPOLLEXCLUSIVE
 * wakes one of them, and the accept of a latecomer must not block. */
static int watch(struct http_door *d, int listen_fd)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int flags = fcntl(listen_fd, F_GETFL);

	if (flags < 0 || fcntl(listen_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -1;
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (d->epoll_fd < 0)
		return -1;
	return epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, listen_fd, &ev);
}

struct http_door *http_door_create(int listen_fd)
{
	struct http_door *d = mem_alloc(sizeof(*d));

	signal(SIGPIPE, SIG_IGN);
	d->epoll_fd = -1;
	d->cgi = listen_fd < 0;
	if (d->cgi)
		return d;
	setup_signals(d); /* before libfcgi, which takes free ones */
	if (FCGX_Init() != 0 || watch(d, listen_fd) ||
	    FCGX_InitRequest(&d->fcgi, listen_fd, FCGI_FAIL_ACCEPT_ON_INTR)) {
		log_error("cannot serve on the listening socket: %s",
			  strerror(errno));
		http_door_destroy(d);
		return NULL;
	}
	return d;
}

/* libfcgi closes by waiting until the server has closed first, which keeps
 * unread input from turning into a reset. With all input read a plain close
 * is enough and saves three system calls and the wait. */
static void finish(struct http_door *d)
{
	if (d->left == 0 && FCGX_GetChar(d->fcgi.in) < 0)
		FCGX_Detach(&d->fcgi);
	FCGX_Finish_r(&d->fcgi);
	FCGX_Free(&d->fcgi, 1); /* also where the server asked to keep it */
	d->open = false;
}

void http_door_destroy(struct http_door *d)
{
	if (!d)
		return;
	if (d->open && !d->cgi)
		finish(d);
	if (d->epoll_fd >= 0)
		close(d->epoll_fd);
	buf_finish(&d->head);
	free(d);
}

/* 1 with a connection and its parameters read, 0 to try again, -1 to end. */
static int accept_once(struct http_door *d)
{
	struct epoll_event ev;
	int rc;

	if (epoll_pwait(d->epoll_fd, &ev, 1, -1, &d->wait_mask) < 1)
		return errno == EINTR ? 0 : -1;
	rc = FCGX_Accept_r(&d->fcgi);
	if (rc == 0)
		return 1;
	if (rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED)
		return 0; /* another worker was faster, or a client left */
	log_error("accept failed: %s",
		  rc > -4096 ? strerror(-rc) : "libfcgi gave no reason");
	return -1;
}

static int accept_fcgi(struct http_door *d)
{
	int rc = 0;

	if (d->open)
		finish(d);
	while (!stopping && rc == 0)
		rc = accept_once(d);
	return rc;
}

static int accept_cgi(struct http_door *d)
{
	if (d->served)
		return 0;
	d->served = true;
	return 1;
}

int http_door_accept(struct http_door *d, struct arena *a,
		     struct http_request *req)
{
	int rc = d->cgi ? accept_cgi(d) : accept_fcgi(d);

	if (rc != 1)
		return rc;
	door_request(d->cgi ? environ : d->fcgi.envp, a, req);
	req->door = d;
	d->open = true;
	d->left = req->content_length > 0 ? req->content_length : 0;
	return 1;
}

static ssize_t read_cgi(void *out, size_t len)
{
	ssize_t n;

	do {
		n = read(STDIN_FILENO, out, len);
	} while (n < 0 && errno == EINTR);
	return n;
}

ssize_t http_door_read(struct http_door *d, void *out, size_t len)
{
	ssize_t n;

	if (!d->open || d->left == 0 || len == 0)
		return 0;
	if (len > INT32_MAX)
		len = INT32_MAX;
	if ((int64_t)len > d->left)
		len = (size_t)d->left;
	n = d->cgi ? read_cgi(out, len)
		   : FCGX_GetStr(out, (int)len, d->fcgi.in);
	if (n <= 0)
		return -1;
	d->left -= n;
	return n;
}

/* 0, or -1 where the client is gone. */
static int put_cgi(const struct buf *head, const char *body, size_t len)
{
	struct iovec iov[2] = { { head->data, head->len },
				{ (void *)(uintptr_t)body, len } };
	size_t i = 0;

	while (i < 2) {
		ssize_t n = writev(STDOUT_FILENO, iov + i, (int)(2 - i));

		if (n < 0 && errno != EINTR)
			return -1;
		while (i < 2 && n >= (ssize_t)iov[i].iov_len)
			n -= (ssize_t)iov[i++].iov_len;
		if (i < 2 && n > 0) {
			iov[i].iov_base = (char *)iov[i].iov_base + n;
			iov[i].iov_len -= (size_t)n;
		}
	}
	return 0;
}

/* libfcgi gathers 8 KiB before it writes: a small answer is one write(2). */
static int put_fcgi(FCGX_Stream *out, const char *s, size_t len)
{
	while (len) {
		int n = len > INT32_MAX ? INT32_MAX : (int)len;

		if (FCGX_PutStr(s, n, out) != n)
			return -1;
		s += n;
		len -= (size_t)n;
	}
	return 0;
}

static int put(struct http_door *d, const char *s, size_t len)
{
	const struct buf none = BUF_INIT;

	return d->cgi ? put_cgi(&none, s, len) : put_fcgi(d->fcgi.out, s, len);
}

/* The bytes may be somebody's passport: none stay in freed memory. */
static void put_stream(struct http_door *d, const struct http_stream *s)
{
	char *bytes = mem_alloc(PIECE);
	int64_t left = s->length;
	ssize_t n = 1;

	while (left > 0 && n > 0) {
		n = s->read(s->ctx, bytes, left < PIECE ? (size_t)left : PIECE);
		if (n > 0 && put(d, bytes, (size_t)n))
			break;
		left -= n;
	}
	if (left > 0 && n <= 0)
		log_error("an answer broke off: its body ended too early");
	explicit_bzero(bytes, PIECE);
	free(bytes);
}

/* RFC 3875 section 6.2; no length for statuses that never have a body. */
static void write_head(struct buf *head, const struct http_response *r)
{
	bool bodyless = r->status == 204 || r->status == 304;

	buf_reset(head);
	buf_str(head, "Status: ");
	buf_int(head, r->status);
	buf_chr(head, ' ');
	buf_str(head, http_status_title(r->status));
	if (r->content_type && !bodyless) {
		buf_str(head, "\r\nContent-Type: ");
		buf_str(head, r->content_type);
	}
	buf_add(head, "\r\n", 2);
	buf_add(head, buf_cstr(&r->headers), r->headers.len);
	if (!bodyless) {
		buf_str(head, "Content-Length: ");
		buf_int(head, http_response_length(r));
		buf_add(head, "\r\n", 2);
	}
	buf_add(head, "\r\n", 2);
}

static void reply(struct http_door *d, const struct http_response *r)
{
	bool body = r->content_type && !r->no_body && r->status != 204 &&
		    r->status != 304;
	size_t len = body && !r->stream.read ? r->body.len : 0;
	int gone;

	write_head(&d->head, r);
	if (d->cgi)
		gone = put_cgi(&d->head, r->body.data, len);
	else
		gone = put_fcgi(d->fcgi.out, d->head.data, d->head.len) ||
		       put_fcgi(d->fcgi.out, r->body.data, len);
	if (body && !gone && r->stream.read)
		put_stream(d, &r->stream);
	if (d->cgi)
		d->open = false;
	else
		finish(d);
}

void http_door_reply(struct http_door *d, const struct http_response *r)
{
	if (d->open)
		reply(d, r);
	if (r->stream.read)
		r->stream.close(r->stream.ctx);
}
