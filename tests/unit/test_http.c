// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/http/: requests, sockets, counters, prefork. */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/door.h"
#include "http/door_request.h"
#include "http/file.h"
#include "http/metrics.h"
#include "http/prefork.h"
#include "unit.h"

START_TEST(paths_match)
{
	struct http_request r = { .arena = arena_create() };

	ck_assert(http_path_match("/a/{id}/b/{x}", "/a/1/b/%", &r));
	ck_assert_str_eq(r.segment[0], "1");
	ck_assert_str_eq(r.segment[1], "%");
	ck_assert_str_eq(r.segment[2], "");
	ck_assert(http_path_match("/a/{id}/b",
				  "/a/\x1f"
				  "1\x1f/b",
				  &r));
	ck_assert_str_eq(r.segment[0], "/1/");
	ck_assert(!http_path_match("/a/{id}/b",
				   "/a/1\x1f"
				   "b",
				   &r));
	ck_assert(http_path_match("/a", "/a", &r));
	ck_assert_str_eq(r.segment[0], "");
	ck_assert(!http_path_match("/a", "/a/", &r));
	/* a slash at the pattern's end may be missing */
	ck_assert(http_path_match("/a/", "/a", &r));
	ck_assert(http_path_match("/a/{id}/", "/a/1", &r));
	ck_assert_str_eq(r.segment[0], "1");
	ck_assert(http_path_match("/a/{id}/", "/a/1/", &r));
	ck_assert(!http_path_match("/a/{id}/", "/a/1//", &r));
	ck_assert(!http_path_match("/a/{id}/", "/a/", &r));
	ck_assert(!http_path_match("/", "", &r) || !*r.segment[0]);
	ck_assert(!http_path_match("/a/{id}", "/a/", &r));
	ck_assert(!http_path_match("/a/{id}", "/a/1/2", &r));
	ck_assert(!http_path_match("/a/{id}/b", "/a//b", &r));
	ck_assert(!http_path_match("/a", "", &r));
	arena_destroy(r.arena);
}
END_TEST

START_TEST(headers_and_types)
{
	struct http_response r = { .status = 200 };

	http_header(&r, "A", "b");
	http_header(&r, "Location", "/x\r\nSet-Cookie: y");
	http_header(&r, "C\n", "d");
	ck_assert_str_eq(buf_cstr(&r.headers), "A: b\r\n");
	buf_finish(&r.headers);
	ck_assert(http_media_type_is("Application/JSON ; a=b",
				     "application/json"));
	ck_assert(!http_media_type_is("application/jsonx", "application/json"));
	ck_assert(!http_media_type_is("application/json,text/html",
				      "application/json"));
	ck_assert(
		!http_media_type_is("application/json x", "application/json"));
	ck_assert(!http_media_type_is("", "application/json"));
	ck_assert_str_eq(http_status_title(422), "Unprocessable Content");
	ck_assert_str_eq(http_method_name(HTTP_PATCH), "PATCH");
}
END_TEST

static struct arena *arena;

static struct http_request request(const char *const *env)
{
	struct http_request r;

	if (!arena)
		arena = arena_create();
	door_request((char **)(uintptr_t)env, arena, &r);
	return r;
}

#define REQUEST(...) request((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(request_fields)
{
	struct http_request r = REQUEST(
		"REQUEST_METHOD=PATCH", "REQUEST_URI=/a%20b/%C3%A4?q=1%20",
		"QUERY_STRING=q=1%20", "CONTENT_LENGTH=12",
		"CONTENT_TYPE=text/plain", "HTTP_X_API_KEY=k",
		"HTTP_X_API_KEY=second",
		"HTTP_AUTHORIZATION=", "REDIRECT_HTTP_AUTHORIZATION=Bearer x",
		"NOEQUALS", "REQUEST_ID=abc.DEF-1_2", "HTTP_USER_AGENT=a\xff");

	ck_assert_int_eq(r.method, HTTP_PATCH);
	ck_assert_str_eq(r.path, "/a b/\xc3\xa4");
	ck_assert_str_eq(r.query, "q=1%20");
	ck_assert_int_eq(r.content_length, 12);
	ck_assert_str_eq(r.content_type, "text/plain");
	ck_assert_str_eq(r.api_key, "k");
	ck_assert_str_eq(r.authorization, "Bearer x");
	ck_assert_str_eq(r.request_id, "abc.DEF-1_2");
	ck_assert_str_eq(r.user_agent, "");
	ck_assert_str_eq(r.range, "");
	ck_assert(!r.no_wait);
	r = REQUEST("REQUEST_METHOD=get", "REQUEST_URI=/?x=y",
		    "CONTENT_LENGTH=", "REQUEST_ID=short");
	ck_assert_int_eq(r.method, HTTP_OTHER);
	ck_assert_str_eq(r.method_name, "get");
	ck_assert_str_eq(r.query, "x=y");
	ck_assert_int_eq(r.content_length, 0);
	ck_assert_uint_eq(strlen(r.request_id), 36);
	/* The web server's word, not a client's header. */
	r = REQUEST("HTTP_VOUCHSAFE_NOWAIT=1");
	ck_assert(!r.no_wait);
	r = REQUEST("VOUCHSAFE_NOWAIT=1");
	ck_assert(r.no_wait);
	r = REQUEST("CONTENT_LENGTH=-1");
	ck_assert_int_eq(r.content_length, -1);
	r = REQUEST("CONTENT_LENGTH=12x", "REQUEST_ID=abcdefgh\nx");
	ck_assert_int_eq(r.content_length, -1);
	ck_assert_uint_eq(strlen(r.request_id), 36);
}
END_TEST

START_TEST(request_paths)
{
	static const struct {
		const char *uri, *script, *info, *want;
	} cases[] = {
		{ "/a", "", "", "/a" },
		{ "/a%2Fb", "", "",
		  "/a\x1f"
		  "b" },
		{ "/a%2f%2Fb/%252F", "", "",
		  "/a\x1f\x1f"
		  "b/%2F" },
		{ "/a%1Fb", "", "", "" },
		{ "/a\x1f"
		  "b",
		  "", "", "" },
		{ "/a%2", "", "", "" },
		{ "/a%00b", "", "", "" },
		{ "/a%0ab", "", "", "" },
		{ "/a%", "", "", "" },
		{ "/a%f", "", "", "" },
		{ "/%zz", "", "", "" },
		{ "/%ff", "", "", "" },
		{ "*", "", "", "" },
		{ "http://h.example/x?y", "", "", "/x" },
		{ "http://h.example?y", "", "", "/" },
		{ "/x?u=http://h.example/z", "", "", "/x" },
		{ "/cgi-bin/v.fcgi/kyc/1?x", "/cgi-bin/v.fcgi", "/kyc/1",
		  "/kyc/1" },
		{ "/cgi-bin/v.fcgi/%41", "/cgi-bin/v.fcgi", "/A", "/A" },
		{ "/kyc/1", "/cgi-bin/v.fcgi", "/kyc/1", "/kyc/1" },
		{ "/kyc/1", "/kyc/1", "", "/kyc/1" },
		{ "/kyc/12", "/kyc/1", "/2", "/kyc/12" },
		{ "", "/cgi-bin/v", "/kyc/1", "/kyc/1" },
		{ "", "/kyc", "", "/kyc" },
		{ "", "", "", "" },
		{ "", "/v", "/\xff", "" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char uri[99], script[99], info[99];
		struct http_request r;

		snprintf(uri, 99, "REQUEST_URI=%s", cases[i].uri);
		snprintf(script, 99, "SCRIPT_NAME=%s", cases[i].script);
		snprintf(info, 99, "PATH_INFO=%s", cases[i].info);
		r = REQUEST(uri, script, info);
		ck_assert_msg(!strcmp(r.path, cases[i].want), "%s: %s", uri,
			      r.path);
	}
}
END_TEST

static void make_dir(char dir[32])
{
	memcpy(dir, "/tmp/vouchsafe-http.XXXXXX", 27);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(const char *dir)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(listening)
{
	struct buf error = BUF_INIT;
	char dir[32], path[64], name[200];
	struct stat st;
	int fd;

	make_dir(dir);
	snprintf(path, sizeof(path), "%s/s", dir);
	fd = http_door_listen(path, 0660, &error);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0660);
	ck_assert_int_eq(http_door_listen(path, 0660, &error), -1);
	ck_assert_ptr_nonnull(strstr(error.data, "listens here already"));
	close(fd); /* what is left now is stale */
	fd = http_door_listen(path, 0600, &error);
	ck_assert_int_ge(fd, 0);
	close(fd);
	buf_reset(&error);
	ck_assert_int_eq(http_door_listen(dir, 0600, &error), -1);
	ck_assert_ptr_nonnull(strstr(error.data, "is not a socket"));
	memset(name, 'x', sizeof(name));
	name[199] = '\0';
	buf_reset(&error);
	ck_assert_int_eq(http_door_listen(name, 0600, &error), -1);
	ck_assert_ptr_nonnull(strstr(error.data, "too long"));
	buf_finish(&error);
	remove_dir(dir);
}
END_TEST

static void has(const struct buf *b, const char *line)
{
	ck_assert_msg(strstr(buf_cstr(b), line) != NULL, "%s\nnot in\n%s", line,
		      buf_cstr(b));
}

START_TEST(counting)
{
	struct buf out = BUF_INIT;
	char dir[32], path[64];
	int i;

	make_dir(dir);
	http_metrics_count("kyc", 200, 1); /* nothing is open: no effect */
	http_metrics_open(dir, "api", 0);
	http_metrics_count("kyc", 200, 500);
	http_metrics_count("kyc", 404, 501);
	http_metrics_open(dir, "api", 1);
	http_metrics_count("klustr", 500, 99000000);
	http_metrics_count("kyc", 201, 3000);
	http_metrics_open(dir, "api", 1); /* as a restarted worker does */
	http_metrics_count("kyc", 200, 1000000);
	ck_assert_int_eq(http_metrics_render(dir, &out), 0);
	has(&out, "requests_total{protocol=\"kyc\",status=\"2xx\"} 3\n");
	has(&out, "requests_total{protocol=\"kyc\",status=\"4xx\"} 1\n");
	has(&out, "requests_total{protocol=\"klustr\",status=\"5xx\"} 1\n");
	has(&out, "_bucket{protocol=\"kyc\",le=\"0.0005\"} 1\n");
	has(&out, "_bucket{protocol=\"kyc\",le=\"0.001\"} 2\n");
	has(&out, "_bucket{protocol=\"kyc\",le=\"0.005\"} 3\n");
	has(&out, "_bucket{protocol=\"kyc\",le=\"10\"} 4\n");
	has(&out, "_bucket{protocol=\"klustr\",le=\"10\"} 0\n");
	has(&out, "_bucket{protocol=\"klustr\",le=\"+Inf\"} 1\n");
	has(&out, "_sum{protocol=\"kyc\"} 1.004001\n");
	has(&out, "_count{protocol=\"kyc\"} 4\n");
	has(&out, "vouchsafe_worker_up{pool=\"api\",slot=\"1\"} 1\n");
	has(&out, "worker_resident_bytes{pool=\"api\",slot=\"0\"} ");
	has(&out, "worker_private_bytes{pool=\"api\",slot=\"0\"} ");
	for (i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof(name), "many%d", i);
		http_metrics_count(name, 200, 1);
	}
	buf_reset(&out);
	ck_assert_int_eq(http_metrics_render(dir, &out), 0);
	has(&out, "requests_total{protocol=\"other\",status=\"2xx\"} 26\n");
	snprintf(path, sizeof(path), "%s/metrics/api-1", dir);
	ck_assert_int_eq(truncate(path, 100), 0); /* an older layout */
	http_metrics_open(dir, "api", 1);
	buf_reset(&out);
	ck_assert_int_eq(http_metrics_render(dir, &out), 0);
	has(&out, "_count{protocol=\"kyc\"} 2\n");
	ck_assert_int_eq(http_metrics_render("/nonexistent", &out), -1);
	buf_finish(&out);
	remove_dir(dir);
}
END_TEST

static int sleeper(void *ctx, int listen_fd, const char *pool, int slot)
{
	(void)ctx;
	(void)listen_fd;
	(void)pool;
	(void)slot;
	while (pause() != 0)
		continue;
	return 0;
}

START_TEST(prefork_refuses_and_stops)
{
	struct prefork_pool pool = { .name = "t",
				     .mode = 0600,
				     .processes = 3 };
	const struct prefork p = { .pools = &pool,
				   .pool_count = 1,
				   .worker = sleeper };
	struct buf error = BUF_INIT;
	char dir[32], path[64];
	int fd, status, i;
	pid_t pid;

	make_dir(dir);
	snprintf(path, sizeof(path), "%s/s", dir);
	pool.socket = path;
	fd = http_door_listen(path, 0600, &error);
	ck_assert_int_eq(prefork_run(&p, &error), -1);
	has(&error, "listens here already");
	ck_assert_int_eq(access(path, F_OK), 0);
	close(fd);
	pid = fork();
	if (pid == 0)
		_exit(prefork_run(&p, &error) == 0 ? 42 : 1);
	for (i = 0; i < 10; i++) {
		usleep(20000);
		kill(pid, SIGHUP);
	}
	kill(pid, SIGTERM);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 42);
	ck_assert_int_ne(access(path, F_OK), 0);
	buf_finish(&error);
	remove_dir(dir);
}
END_TEST

START_TEST(ranges_are_read)
{
	static const struct {
		const char *header;
		int64_t size;
		enum http_range range;
		int64_t from, len;
	} rows[] = {
		{ "", 10, HTTP_RANGE_WHOLE, 0, 10 },
		{ "bytes=0-0", 10, HTTP_RANGE_PART, 0, 1 },
		{ "Bytes=3-", 10, HTTP_RANGE_PART, 3, 7 },
		{ "bytes=3-99999999999999999999999", 10, HTTP_RANGE_PART, 3,
		  7 },
		{ "bytes=-4", 10, HTTP_RANGE_PART, 6, 4 },
		{ "bytes=-11", 10, HTTP_RANGE_PART, 0, 10 },
		{ "bytes=-0", 10, HTTP_RANGE_NONE, 0, 10 },
		{ "bytes=10-", 10, HTTP_RANGE_NONE, 0, 10 },
		{ "bytes=0-", 0, HTTP_RANGE_NONE, 0, 0 },
		{ "bytes=-5", 0, HTTP_RANGE_NONE, 0, 0 },
		{ "bytes=4-3", 10, HTTP_RANGE_WHOLE, 0, 10 },
		{ "bytes=1-2,4-5", 10, HTTP_RANGE_WHOLE, 0, 10 },
		{ "bytes=-", 10, HTTP_RANGE_WHOLE, 0, 10 },
		{ "bytes=+1-2", 10, HTTP_RANGE_WHOLE, 0, 10 },
		{ "lines=1-2", 10, HTTP_RANGE_WHOLE, 0, 10 },
	};
	int64_t from, len;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_msg(http_range_parse(rows[i].header, rows[i].size,
					       &from, &len) == rows[i].range &&
				      from == rows[i].from &&
				      len == rows[i].len,
			      "%s", rows[i].header);
	}
}
END_TEST

START_TEST(dispositions_hold_any_name)
{
	struct arena *a = arena_create();

	ck_assert_str_eq(http_disposition(a, false, "a b.jpg"),
			 "attachment; filename=\"a b.jpg\"");
	ck_assert_str_eq(http_disposition(a, true, ""),
			 "inline; filename=\"document\"");
	ck_assert_str_eq(http_disposition(a, false, "../\"\\x%"),
			 "attachment; filename=\".._"
			 "__x_\";"
			 " filename*=UTF-8''.._"
			 "__x%25");
	ck_assert_str_eq(http_disposition(a, false, "\xe2\x82\xac.pdf"),
			 "attachment; filename=\"_.pdf\";"
			 " filename*=UTF-8''%E2%82%AC.pdf");
	arena_destroy(a);
}
END_TEST

UNIT_MAIN("http", paths_match, ranges_are_read, dispositions_hold_any_name,
	  headers_and_types, request_fields, request_paths, listening, counting,
	  prefork_refuses_and_stops)
