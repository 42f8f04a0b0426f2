// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading an object at any offset, a chunk at a time. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "store/store_dir.h"

enum { FULL = SEAL_CHUNK_SIZE + SEAL_TAG_SIZE };

struct store_reader {
	int fd;
	struct seal_object object;
	int64_t size;
	int64_t offset;
	int64_t last;	 /* chunk */
	int64_t current; /* chunk whose plain bytes are in chunk, or -1 */
	uint8_t chunk[FULL];
};

static int altered(struct fault *fault, const char *what)
{
	return fault_internal(fault, "store: the object is altered: %s", what);
}

/* Exactly len bytes at offset. */
static int read_at(struct store_reader *r, void *out, size_t len,
		   int64_t offset, struct fault *fault)
{
	char *p = out;
	ssize_t n;

	while (len) {
		n = pread(r->fd, p, len, offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return store_fault(fault, FAULT_INTERNAL, "read");
		if (!n)
			return altered(fault, "it was cut");
		p += n;
		len -= (size_t)n;
		offset += n;
	}
	return 0;
}

static size_t plain_length(const struct store_reader *r, int64_t chunk)
{
	if (chunk < r->last)
		return SEAL_CHUNK_SIZE;
	return (size_t)(r->size - r->last * SEAL_CHUNK_SIZE);
}

static int load(struct store_reader *r, int64_t chunk, struct fault *fault)
{
	size_t len = plain_length(r, chunk) + SEAL_TAG_SIZE;

	if (r->current == chunk)
		return 0;
	r->current = -1;
	if (read_at(r, r->chunk, len,
		    seal_sealed_offset(chunk * SEAL_CHUNK_SIZE), fault))
		return -1;
	if (seal_chunk_open(&r->object, (uint32_t)chunk, chunk == r->last,
			    r->chunk, len, r->chunk))
		return altered(fault, "a chunk does not open");
	r->current = chunk;
	return 0;
}

static int open_object(struct store_reader *r, const struct store_name *name,
		       const uint8_t key[32], struct fault *fault)
{
	uint8_t header[SEAL_HEADER_SIZE];
	char text[UUID_TEXT_SIZE];
	struct seal_context ctx = store_context(name, text);
	struct stat st;

	if (fstat(r->fd, &st))
		return store_fault(fault, FAULT_INTERNAL, "stat");
	r->size = seal_plain_size(st.st_size);
	if (r->size < 0)
		return altered(fault, "no object has this size");
	r->last = r->size ? (r->size - 1) / SEAL_CHUNK_SIZE : 0;
	if (read_at(r, header, sizeof(header), 0, fault))
		return -1;
	if (seal_object_open(&r->object, key, &ctx, header))
		return altered(fault, "the header is none of ours");
	/* Only the last chunk proves that none is missing behind it; of a
	 * small object it is the one that is read next anyway. */
	return load(r, r->last, fault);
}

struct store_reader *store_reader_create(struct store *s,
					 const struct store_name *name,
					 const uint8_t key[32],
					 struct fault *fault)
{
	struct store_reader *r = mem_alloc(sizeof(*r));
	struct store_path path;

	r->current = -1;
	store_path(name, &path);
	r->fd = openat(s->fd, path.file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (r->fd < 0)
		store_fault(fault, FAULT_NOT_FOUND, "open");
	else if (!open_object(r, name, key, fault))
		return r;
	store_reader_destroy(r);
	return NULL;
}

int64_t store_reader_size(const struct store_reader *r)
{
	return r->size;
}

int store_reader_seek(struct store_reader *r, int64_t offset)
{
	if (offset < 0 || offset > r->size)
		return -1;
	r->offset = offset;
	return 0;
}

ssize_t store_reader_read(struct store_reader *r, void *out, size_t len,
			  struct fault *fault)
{
	size_t done = 0;
	size_t at, n;

	while (done < len && r->offset < r->size) {
		if (load(r, r->offset / SEAL_CHUNK_SIZE, fault))
			return -1;
		at = (size_t)(r->offset % SEAL_CHUNK_SIZE);
		n = plain_length(r, r->current) - at;
		if (n > len - done)
			n = len - done;
		memcpy((char *)out + done, r->chunk + at, n);
		done += n;
		r->offset += (int64_t)n;
	}
	return (ssize_t)done;
}

void store_reader_destroy(struct store_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	seal_object_finish(&r->object);
	crypto_wipe(r->chunk, sizeof(r->chunk));
	free(r);
}
