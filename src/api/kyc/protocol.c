// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: which paths are its own, and which tables of routes it has. */
#include "api/kyc/kyc.h"

static const struct api_routes *const tables[] = {
	&kyc_audit_routes,    &kyc_channel_routes,    &kyc_correction_routes,
	&kyc_delivery_routes, &kyc_document_routes,   &kyc_entity_routes,
	&kyc_erase_routes,    &kyc_key_routes,	      &kyc_link_routes,
	&kyc_list_routes,     &kyc_process_routes,    &kyc_session_routes,
	&kyc_stats_routes,    &kyc_subsession_routes, &kyc_tenant_routes,
	&kyc_webhook_routes,  &kyc_workflow_routes,   NULL,
};

static const char *const prefixes[] = { "/kyc", "/files/", NULL };

const struct api_protocol kyc_protocol = {
	.name = "kyc",
	.prefixes = prefixes,
	.routes = tables,
	.fault = native_fault,
};
