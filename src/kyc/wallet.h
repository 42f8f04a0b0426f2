// SPDX-License-Identifier: GPL-3.0-or-later
/* Addresses of wallets: which network one is of, and whether it is whole. */
#ifndef KYC_WALLET_H
#define KYC_WALLET_H

#include <stdbool.h>

/* The networks whose addresses carry a check that is made here. */
enum kyc_network { KYC_NETWORK_OTHER, KYC_BITCOIN, KYC_ETHEREUM };

/* "bitcoin" and "ethereum"; every other name is another network. */
enum kyc_network kyc_network(const char *name);

/* bitcoin: Base58Check (P2PKH, P2SH) or Bech32 and Bech32m (BIP 173, BIP 350)
 * of the main network; ethereum: EIP-55 where upper and lower case are mixed;
 * of another network 10 to 128 characters of a-z, A-Z, 0-9, : . _ - */
bool kyc_wallet_is(enum kyc_network network, const char *address);

/* The network that an address is of by its looks, right or wrong. */
enum kyc_network kyc_wallet_network(const char *address);

#endif
