// SPDX-License-Identifier: GPL-3.0-or-later
/* Addresses of wallets: which network one is of, and whether it is whole. */
#include <string.h>

#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/keccak.h"
#include "kyc/wallet.h"

enum {
	BASE58_BYTES = 25, /* version, hash (20), check (4) */
	BASE58_CHECK = 4,
	BECH32_CHECK = 6,
	BECH32_MAX = 90,
	BECH32 = 1, /* what the sum must be: BIP 173 and BIP 350 */
	BECH32M = 0x2bc830a3,
	ETHEREUM_DIGITS = 40
};

static const char hex_digits[] = "0123456789abcdefABCDEF";

enum kyc_network kyc_network(const char *name)
{
	if (!strcmp(name, "bitcoin"))
		return KYC_BITCOIN;
	return strcmp(name, "ethereum") ? KYC_NETWORK_OTHER : KYC_ETHEREUM;
}

/* Base 58 into exactly 25 bytes; -1 for any other length or digit. */
static int unbase58(const char *s, uint8_t out[BASE58_BYTES])
{
	static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
				     "abcdefghijkmnopqrstuvwxyz";
	size_t ones = strspn(s, "1"), zeros = 0;
	const char *digit;
	unsigned int carry;
	int i;

	memset(out, 0, BASE58_BYTES);
	for (; *s; s++) {
		digit = strchr(digits, *s);
		if (!digit)
			return -1;
		carry = (unsigned int)(digit - digits);
		for (i = BASE58_BYTES - 1; i >= 0; i--) {
			carry += 58u * out[i];
			out[i] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return -1;
	}
	/* each leading 1 stands for a leading zero byte, and nothing else does
	 */
	while (zeros < BASE58_BYTES && !out[zeros])
		zeros++;
	return zeros == ones ? 0 : -1;
}

static bool is_base58(const char *s)
{
	uint8_t b[BASE58_BYTES], digest[DIGEST_SIZE];

	if (strlen(s) > 40 || unbase58(s, b))
		return false;
	if (b[0] != 0x00 && b[0] != 0x05)
		return false;
	digest_sha256(b, BASE58_BYTES - BASE58_CHECK, digest);
	digest_sha256(digest, DIGEST_SIZE, digest);
	return crypto_equal(digest, b + BASE58_BYTES - BASE58_CHECK,
			    BASE58_CHECK);
}

static uint32_t bech32_step(uint32_t sum, unsigned int value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d,
					      0x1ea119fa, 0x3d4233dd,
					      0x2a1462b3 };
	uint32_t top = sum >> 25;
	int i;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (i = 0; i < 5; i++) {
		if (top >> i & 1)
			sum ^= generator[i];
	}
	return sum;
}

/* The sum starts with the prefix "bc": its high bits, 0, its low bits. */
static uint32_t bech32_start(void)
{
	uint32_t sum = bech32_step(1, 'b' >> 5);

	sum = bech32_step(sum, 'c' >> 5);
	sum = bech32_step(sum, 0);
	sum = bech32_step(sum, 'b' & 31);
	return bech32_step(sum, 'c' & 31);
}

static bool is_bech32(const char *s)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	size_t len = strlen(s), i, program;
	uint32_t sum = bech32_start();
	char lower[BECH32_MAX + 1];
	unsigned int version;

	if (len < 14 || len > BECH32_MAX)
		return false;
	for (i = 0; i <= len; i++)
		lower[i] =
			s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
	if (strncmp(lower, "bc1", 3) != 0 ||
	    (strcmp(lower, s) != 0 && strpbrk(s, "qpzryxgftvdwsjnkhcemual")))
		return false; /* mixed case is none */
	for (i = 3; i < len; i++) {
		const char *digit = strchr(digits, lower[i]);

		if (!digit)
			return false;
		sum = bech32_step(sum, (unsigned int)(digit - digits));
	}
	version = (unsigned int)(strchr(digits, lower[3]) - digits);
	program = (len - 4 - BECH32_CHECK) * 5 / 8;
	if (version == 0)
		return sum == BECH32 && (program == 20 || program == 32);
	return sum == BECH32M && version <= 16 && program >= 2 && program <= 40;
}

/* EIP-55: a letter is upper case where its place in the hash of the lower case
 * digits has its high bit set. */
static bool is_eip55(const char digits[ETHEREUM_DIGITS])
{
	uint8_t hash[KECCAK_SIZE];
	char lower[ETHEREUM_DIGITS];
	int i;

	for (i = 0; i < ETHEREUM_DIGITS; i++)
		lower[i] = digits[i] >= 'A' && digits[i] <= 'F'
				   ? (char)(digits[i] + 32)
				   : digits[i];
	keccak_256(lower, sizeof(lower), hash);
	for (i = 0; i < ETHEREUM_DIGITS; i++) {
		bool upper = hash[i / 2] >> (i % 2 ? 0 : 4) & 8;

		if (lower[i] >= 'a' && (digits[i] != lower[i]) != upper)
			return false;
	}
	return true;
}

static bool is_ethereum(const char *s)
{
	if (strncmp(s, "0x", 2) != 0 || strlen(s) != 2 + ETHEREUM_DIGITS ||
	    strspn(s + 2, hex_digits) != ETHEREUM_DIGITS)
		return false;
	if (!strpbrk(s + 2, "abcdef") || !strpbrk(s + 2, "ABCDEF"))
		return true; /* one case: no check is in it */
	return is_eip55(s + 2);
}

static bool is_other(const char *s)
{
	size_t len = strlen(s);

	return len >= 10 && len <= 128 &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789:._-") == len;
}

bool kyc_wallet_is(enum kyc_network network, const char *address)
{
	switch (network) {
	case KYC_BITCOIN:
		return is_base58(address) || is_bech32(address);
	case KYC_ETHEREUM:
		return is_ethereum(address);
	case KYC_NETWORK_OTHER:
		break;
	}
	return is_other(address);
}

enum kyc_network kyc_wallet_network(const char *address)
{
	if (!strncmp(address, "0x", 2) &&
	    strlen(address) <= 2 + ETHEREUM_DIGITS) /* others are longer */
		return KYC_ETHEREUM;
	if (!strncmp(address, "bc1", 3) || !strncmp(address, "BC1", 3) ||
	    is_base58(address))
		return KYC_BITCOIN;
	return KYC_NETWORK_OTHER;
}
