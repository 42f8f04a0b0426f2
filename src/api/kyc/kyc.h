// SPDX-License-Identifier: GPL-3.0-or-later
/* The native API for operators: /kyc/…, and signed addresses under /files/.
 * One file a kind of thing, with its routes, parameters and handlers. */
#ifndef API_KYC_KYC_H
#define API_KYC_KYC_H

#include "api/api.h"
#include "api/native.h"

extern const struct api_protocol kyc_protocol;

extern const struct api_routes kyc_audit_routes;
extern const struct api_routes kyc_document_routes;
extern const struct api_routes kyc_correction_routes;
extern const struct api_routes kyc_entity_routes;
extern const struct api_routes kyc_erase_routes;
extern const struct api_routes kyc_key_routes;
extern const struct api_routes kyc_link_routes;
extern const struct api_routes kyc_session_routes;
extern const struct api_routes kyc_subsession_routes;
extern const struct api_routes kyc_list_routes;
extern const struct api_routes kyc_process_routes;
extern const struct api_routes kyc_stats_routes;
extern const struct api_routes kyc_tenant_routes;
extern const struct api_routes kyc_workflow_routes;
extern const struct api_routes kyc_webhook_routes;
extern const struct api_routes kyc_delivery_routes;
extern const struct api_routes kyc_channel_routes;

#endif
