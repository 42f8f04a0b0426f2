// SPDX-License-Identifier: GPL-3.0-or-later
/* A TLS context of our own for libesmtp, and why:
 *
 * - libesmtp 1.1 has no call for a CA file. By itself it reads
 *   $XDG_CONFIG_DIR/libesmtp or $HOME/.authenticate (ca.pem, ca/), demands mode
 *   0600 and refuses to go on where stat says anything but ENOENT. A context
 *   set by smtp_starttls_set_ctx() replaces all of that; only a client
 *   certificate for this very host is still looked for there.
 * - The context that it makes itself is kept in a static variable and freed
 *   with the first session: the second mail of a process uses freed memory.
 * - It compares the certificate with the canonical name that the resolver gave,
 *   so that forged DNS chooses the name, and it knows no IP addresses. Here
 *   OpenSSL checks the name that was configured.
 * - It accepts TLS 1.0.
 * - TLS 1.3 stops it now and then: where the server's session tickets arrive
 *   before EHLO was written, it takes them for the answer to EHLO and waits for
 *   that with EHLO still in its buffer, until the timeout (one mail in eight on
 *   loopback). TLS 1.2 sends tickets within the handshake only. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "mail/smtp_tls.h"

static int on_certificate(int ok, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
		store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct smtp_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (tls->wire->injected)
		return 0;
	if (!tls->must_verify)
		return 1;
	if (!ok && tls->verify_error == X509_V_OK)
		tls->verify_error = X509_STORE_CTX_get_error(store);
	return ok;
}

static bool expect_host(SSL_CTX *ctx, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
	struct in_addr v4;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	X509_VERIFY_PARAM_set_hostflags(param,
					X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

static bool load_authorities(SSL_CTX *ctx, const char *ca_file)
{
	if (ca_file && *ca_file)
		return SSL_CTX_load_verify_file(ctx, ca_file) == 1;
	return SSL_CTX_set_default_verify_paths(ctx) == 1;
}

SSL_CTX *smtp_tls_context(struct smtp_tls *tls, const char *host,
			  const char *ca_file, char *error, size_t error_size)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	ERR_clear_error();
	if (!ctx) {
		snprintf(error, error_size, "TLS cannot be set up");
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_app_data(ctx, tls);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_certificate);
	if (!tls->must_verify)
		return ctx;
	if (!expect_host(ctx, host)) {
		snprintf(error, error_size, "TLS cannot expect such a host");
	} else if (!load_authorities(ctx, ca_file)) {
		snprintf(error, error_size,
			 "the CA certificates cannot be read%s%s",
			 ca_file && *ca_file ? ": " : "",
			 ca_file ? ca_file : "");
	} else {
		return ctx;
	}
	ERR_clear_error();
	SSL_CTX_free(ctx);
	return NULL;
}
