// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the address of a document, and the document behind it. */
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "http/file.h"
#include "kyc/file.h"
#include "kyc/portrait.h"
#include "store/store.h"

static int read_doc_id(struct api_call *call, struct uuid *id)
{
	if (!native_id_parse("doc_", call->req->segment[1], id))
		return 0;
	return fault_set(&call->fault, FAULT_NOT_FOUND, "Document not found.");
}

static int show_url(struct api_call *call)
{
	int64_t expires_at = clock_now_ms() + KYC_FILE_TTL_MS;
	struct kyc *k = call->kyc;
	struct buf *b = &call->res->body;
	struct kyc_document d;
	struct uuid id;

	if (read_doc_id(call, &id) ||
	    kyc_document_load(k, &call->session->id, &id, &d, &call->fault))
		return -1;
	native_open(call);
	json_str(b, "presigned_url",
		 arena_printf(call->req->arena, "%s/files/%s",
			      k->conf->public_url,
			      kyc_file_token(k, &call->session->id, &id,
					     expires_at)));
	json_str(b, "file_name", d.file_name);
	json_str(b, "mime_type", check_media_name(d.media));
	native_ref(b, "doc_id", "doc_", &id);
	json_str(b, "document_type", kyc_document_type_names[d.type]);
	native_time(b, "uploaded_at", d.uploaded_at);
	json_int(b, "expires_at", expires_at / CLOCK_SECOND);
	native_close(call, 200);
	return 0;
}

enum disposition { ATTACHMENT, INLINE };

struct file_args {
	int disposition;
};

static const char *const dispositions[] = { "attachment", "inline", NULL };

static const struct param file_params[] = {
	{ .name = "disposition",
	  .type = PARAM_WORD,
	  .offset = offsetof(struct file_args, disposition),
	  .words = dispositions,
	  .def = ATTACHMENT,
	  .has_def = true },
};

static ssize_t read_file(void *ctx, void *out, size_t len)
{
	struct store_reader *reader = ctx;
	struct fault f = { 0 };
	ssize_t n = store_reader_read(reader, out, len, &f);

	if (n < 0)
		log_error("a document cannot be read: %s", f.detail);
	return n;
}

static void close_file(void *ctx)
{
	store_reader_destroy(ctx);
}

/* What came from strangers runs nothing. */
static void confine(struct http_response *res)
{
	http_header(res, "Content-Security-Policy",
		    "default-src 'none'; sandbox");
	http_header(res, "Referrer-Policy", "no-referrer");
}

/* It is shown only where it is a picture: a PDF may hold scripts. */
static void describe(struct api_call *call, const struct kyc_document *d)
{
	const struct file_args *args = call->args;
	struct http_response *res = call->res;
	const char *type = check_media_name(d->media);
	bool shown = args->disposition == INLINE && !strncmp(type, "image/", 6);

	res->content_type = type;
	http_header(res, "Content-Disposition",
		    http_disposition(call->req->arena, shown, d->file_name));
	confine(res);
	http_header(res, "Accept-Ranges", "bytes");
}

static void send_part(struct api_call *call, struct store_reader *reader)
{
	int64_t size = store_reader_size(reader), from, len;
	struct http_response *res = call->res;
	enum http_range range =
		http_range_parse(call->req->range, size, &from, &len);
	struct arena *a = call->req->arena;

	res->status = range == HTTP_RANGE_PART ? 206 : 200;
	if (range == HTTP_RANGE_PART)
		http_header(res, "Content-Range",
			    arena_printf(a, "bytes %lld-%lld/%lld",
					 (long long)from,
					 (long long)(from + len - 1),
					 (long long)size));
	if (range == HTTP_RANGE_NONE) {
		res->status = 416;
		res->content_type = NULL;
		http_header(res, "Content-Range",
			    arena_printf(a, "bytes */%lld", (long long)size));
		len = 0;
	}
	store_reader_seek(reader, from);
	res->stream = (struct http_stream){ .read = read_file,
					    .close = close_file,
					    .ctx = reader,
					    .length = len };
}

/* Whatever is wrong, the answer says no more than that nothing is here, or no
 * longer. */
static int send_file(struct api_call *call)
{
	const char *token = call->req->segment[0];
	struct kyc_file file;

	if (kyc_file_open(call->kyc, token, &file, &call->fault))
		return -1;
	if (call->req->method == HTTP_GET &&
	    kyc_file_viewed(call->kyc, token, &call->fault)) {
		store_reader_destroy(file.reader);
		return -1;
	}
	describe(call, &file.document);
	send_part(call, file.reader);
	return 0;
}

/* A few kilobytes: they need neither a stream nor an address of their own. */
static int show_portrait(struct api_call *call)
{
	struct http_response *res = call->res;
	struct buf jpeg;
	struct uuid id;

	if (read_doc_id(call, &id) ||
	    kyc_portrait_load(call->kyc, &call->session->id, &id, &jpeg,
			      &call->fault))
		return -1;
	if (call->req->method == HTTP_GET &&
	    kyc_portrait_viewed(call->kyc, &call->session->id, &id,
				&call->fault))
		return -1;
	res->status = 200;
	res->content_type = check_media_name(CHECK_MEDIA_JPEG);
	http_header(res, "Content-Disposition",
		    http_disposition(call->req->arena, true, "portrait.jpg"));
	confine(res);
	buf_add(&res->body, jpeg.data, jpeg.len);
	return 0;
}

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/kyc/sessions/{id}/documents/{doc_id}/url",
	  .auth = API_KEY_SESSION,
	  .look = KYC_LOOK_SESSION,
	  .permission = KYC_MAY_READ,
	  .handler = show_url },
	{ .method = HTTP_GET,
	  .path = "/kyc/sessions/{id}/documents/{doc_id}/portrait",
	  .auth = API_KEY_SESSION,
	  .look = KYC_LOOK_SESSION,
	  .permission = KYC_MAY_READ,
	  .handler = show_portrait },
	{ .method = HTTP_GET,
	  .path = "/files/{token}",
	  .slow = true,
	  .body = API_QUERY,
	  .handler = send_file,
	  .params = file_params,
	  .param_count = ARRAY_SIZE(file_params),
	  .args_size = sizeof(struct file_args) },
};

const struct api_routes kyc_document_routes = { rows, ARRAY_SIZE(rows) };
