// SPDX-License-Identifier: GPL-3.0-or-later
/* CPU time of verifying tokens of an outside issuer, beside that of OpenSSL's
 * EVP_DigestVerify on the same bytes: one line an algorithm and round.
 *
 *     bench-tokens ROUNDS COUNT
 *
 * prints ALGORITHM FIRST AGAIN BARE, all in microseconds of CPU: tokens that
 * are shown for the first time, and one that is shown again. */
#include <time.h>

#include "../unit/token.h"
#include "crypto/jws.h"
#include "kyc/issuer_claims.h"

/* As long as those that issuers make; the number makes each another one. */
#define CLAIMS                                                                 \
	"{\"iss\":\"https://id.example.org/realms/"                            \
	"main\",\"aud\":[\"account\","                                         \
	"\"vouchsafe\"],\"sub\":\"f1d2d2f9-24e9-4c52-8f1c-6bb2f2b0a7d1\","     \
	"\"iat\":1800000000,\"nbf\":1800000000,\"exp\":1800000300,"            \
	"\"jti\":\"5b1c8f0e-98f3-4a49-8f0e-%012ld\",\"typ\":\"Bearer\","       \
	"\"azp\":\"backend\",\"acr\":\"1\",\"realm_access\":{\"roles\":["      \
	"\"offline_access\",\"default-roles-main\"]},\"scope\":\"openid "      \
	"email "                                                               \
	"ekyc.session.list ekyc.session.get ekyc.session.create\","            \
	"\"clientHost\":\"192.0.2.1\",\"email_verified\":false,"               \
	"\"preferred_username\":\"service-account-backend\"}"
static const int64_t NOW = INT64_C(1800000001000);
static const struct conf conf = {
	.oidc_issuer = "https://id.example.org/realms/main",
	.oidc_audience = "vouchsafe",
	.oidc_permissions_claim = "scope",
};

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench-tokens: %s\n", what);
	exit(1);
}

/* Three keys, as issuers have while they change one. */
static struct jwk_set *make_set(const struct signer *s)
{
	struct buf jwks = BUF_INIT;
	struct signer other;
	struct jwk_set *set;
	int i;

	buf_str(&jwks, "{\"keys\":[");
	for (i = 0; i < 2; i++) {
		signer_make(&other, s->alg, i ? "older" : "newer");
		signer_jwk(&other, ",\"use\":\"sig\"", &jwks);
		buf_chr(&jwks, ',');
		EVP_PKEY_free(other.key);
	}
	signer_jwk(s, ",\"use\":\"sig\"", &jwks);
	buf_str(&jwks, "]}");
	set = jwk_set_read(jwks.data, jwks.len);
	must(jwk_set_count(set) == 3, "the keys are not taken");
	buf_finish(&jwks);
	return set;
}

/* Tokens that differ in their jti. */
static char **make_tokens(const struct signer *s, long count)
{
	char **tokens = mem_alloc((size_t)count * sizeof(*tokens));
	struct buf claims = BUF_INIT;
	long i;

	for (i = 0; i < count; i++) {
		buf_reset(&claims);
		buf_printf(&claims, CLAIMS, i);
		tokens[i] = token_sign(s, NULL, claims.data);
	}
	buf_finish(&claims);
	return tokens;
}

/* Whole verifications: all that kyc_issuer_verify does for a key that it has.
 * Each of the tokens in turn, count times in all. */
static double ours(struct jwk_set *set, char *const *tokens, long different,
		   long count)
{
	struct arena *a = arena_create();
	struct kyc_issuer_token out;
	const char *why;
	double from = cpu_us();
	long i;

	for (i = 0; i < count; i++) {
		struct buf payload;

		arena_reset(a);
		buf_init(&payload, a);
		must(jws_verify(set, tokens[i % different], &payload) ==
			     JWS_VALID,
		     "a token is bad");
		must(!kyc_issuer_claims(&conf, payload.data, payload.len, NOW,
					a, &out, &why),
		     "claims are bad");
		must(out.permissions == KYC_MAY_EKYC, "no permissions");
	}
	from = cpu_us() - from;
	arena_destroy(a);
	return from / (double)count;
}

static double bare(const struct signer *s, const char *token, long count)
{
	size_t len = (size_t)(strrchr(token, '.') - token), n;
	const char *md = signer_md(s);
	uint8_t sig[1024];
	double from;
	long i;

	n = signer_sign(s, md, token, len, sig);
	from = cpu_us();
	for (i = 0; i < count; i++) {
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();

		must(EVP_DigestVerifyInit_ex(ctx, NULL, md, NULL, NULL, s->key,
					     NULL) == 1 &&
			     EVP_DigestVerify(ctx, sig, n,
					      (const uint8_t *)token, len) == 1,
		     "a signature is bad");
		EVP_MD_CTX_free(ctx);
	}
	return (cpu_us() - from) / (double)count;
}

/* With keys of its own, a set remembers nothing yet. */
static void measure(const struct signer *s, char *const *tokens, long count)
{
	struct jwk_set *set = make_set(s);
	double first = ours(set, tokens, count, count);
	double again = ours(set, tokens, 1, count);

	printf("%s %.2f %.2f %.2f\n", s->alg, first, again,
	       bare(s, tokens[0], count));
	jwk_set_destroy(set);
}

int main(int argc, char **argv)
{
	static const char *const algs[] = { "RS256", "ES256", "EdDSA" };
	long rounds = argc == 3 ? strtol(argv[1], NULL, 10) : 0, round;
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0, k;
	size_t i;

	must(rounds > 0 && count > 0, "usage: bench-tokens ROUNDS COUNT");
	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		struct signer s;
		char **tokens;

		signer_make(&s, algs[i], "current");
		tokens = make_tokens(&s, count);
		bare(&s, tokens[0], count / 10 + 1);
		for (round = 0; round < rounds; round++)
			measure(&s, tokens, count);
		for (k = 0; k < count; k++)
			free(tokens[k]);
		free(tokens);
		EVP_PKEY_free(s.key);
	}
	return 0;
}
