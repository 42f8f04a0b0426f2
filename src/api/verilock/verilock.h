// SPDX-License-Identifier: GPL-3.0-or-later
/* The verilock protocol: its vocabulary over the verbs of kyc/. */
#ifndef API_VERILOCK_VERILOCK_H
#define API_VERILOCK_VERILOCK_H

#include "api/api.h"
#include "kyc/whole.h"

extern const struct api_protocol verilock_protocol;

/* The routes, a file each. */
extern const struct api_routes verilock_session_routes;
extern const struct api_routes verilock_list_routes;

/* What a session is asked to go through, in the order in which it is shown. */
enum verilock_step {
	VERILOCK_DOCUMENT,
	VERILOCK_SELFIE,
	VERILOCK_FACE_MATCH,
	VERILOCK_LIVENESS,
	VERILOCK_AML,
	VERILOCK_STEPS
};
extern const char *const verilock_step_names[VERILOCK_STEPS];

/* A request's list of steps as bits 1 << enum verilock_step; FAULT_INVALID
 * names each item that is none. */
int verilock_steps_read(struct json_object *list, unsigned int *steps,
			struct fault *f);

/* The workflow of just these steps. */
int verilock_steps_workflow(struct kyc *k, unsigned int steps, struct uuid *id,
			    struct fault *f);

/* The steps of a workflow, whichever protocol brought it. */
unsigned int verilock_steps_of(const struct kyc_workflow *w);

/* What the customer does in a step, or KYC_NO_STEP. */
enum kyc_step_kind verilock_step_kind(enum verilock_step step);

/* A session as a list shows it. */
struct verilock_session {
	const struct kyc_session *session;
	const struct kyc_workflow *workflow;
	const struct kyc_entity *entity; /* NULL for none */
};

/* As members of the open object. */
void verilock_render(struct api_call *call, const struct verilock_session *v);

/* Where its link leads and until when, as further members; token is NULL where
 * it leads nowhere. */
void verilock_render_link(struct api_call *call, const struct kyc_session *s,
			  const char *token, const char *redirect_url);

/* The member "results": what came of each step. */
void verilock_render_results(struct api_call *call, const struct kyc_whole *w);

/* "ses_" and the UUID, as a member. */
void verilock_render_id(struct buf *b, const char *key, const struct uuid *id);

/* "processing" and so on; NULL at the end. */
extern const char *const verilock_states[];
const char *verilock_state(enum kyc_state state);

#endif
