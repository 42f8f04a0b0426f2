// SPDX-License-Identifier: GPL-3.0-or-later
/* What a session's steps ask for and what they have. Pure functions. */

const FINISHED = ['completed', 'processing', 'processed', 'manual_review',
	'approved', 'rejected', 'failed'];
const PHOTO_KINDS = ['document', 'selfie', 'proof_of_address', 'liveness'];
const KNOWN_KINDS = PHOTO_KINDS.concat('consent', 'form', 'subsessions');
/* Steps that ask nothing of the customer. */
const SILENT_KINDS = ['validation'];

export function isFinished(session) {
	return FINISHED.includes(session.status);
}

export function isCorrecting(session) {
	return session.status === 'awaiting_client_correction';
}

export function isClosed(step) {
	return step.status === 'completed' || step.status === 'skipped';
}

/*
 * The steps that the customer sees, in the order of the workflow. While
 * something is corrected, those that were reopened or have become due.
 */
export function visibleSteps(session) {
	const steps = session.steps_data.filter((s) =>
		!SILENT_KINDS.includes(s.kind) && s.status !== 'skipped');
	return isCorrecting(session) ? steps.filter((s) => !isClosed(s)) : steps;
}

export function takesPhotos(step) {
	return PHOTO_KINDS.includes(step.kind);
}

export function isKnown(step) {
	return KNOWN_KINDS.includes(step.kind);
}

export function findStep(session, stepId) {
	return session.steps_data.find((s) => s.step_id === stepId);
}

/* What a reviewer asked for in this step and has not got yet. */
export function openRequests(step) {
	return (step.correction_requests || []).filter((c) =>
		c.status !== 'resolved');
}

function kindsOf(step) {
	return (step.options || {}).document_kinds || [];
}

/* A page to choose the kind: always for an identity document. */
export function needsChoice(step) {
	return step.kind === 'document' ||
		(step.kind === 'proof_of_address' && kindsOf(step).length > 1);
}

/* Which kind of document: chosen here, or told by what was sent before. */
export function documentKind(step, memory) {
	const kinds = kindsOf(step);
	const chosen = memory.kind[step.step_id];
	if (kinds.includes(chosen))
		return chosen;
	if (kinds.length === 1 && !needsChoice(step))
		return kinds[0];
	const sent = (step.documents || []).slice()
		.sort((a, b) => (a.uploaded_at < b.uploaded_at ? 1 : -1))
		.find((d) => kinds.includes(d.document_kind));
	if (sent)
		return sent.document_kind;
	return kinds.includes(step.document_kind) ? step.document_kind : null;
}

/* Which country issued it: chosen here, or told on another device. */
export function documentCountry(step, memory) {
	const sent = (step.documents || []).find((d) => d.document_country);
	const allowed = (step.options || {}).countries || [];
	return memory.country[step.step_id] || step.document_country ||
		(sent ? sent.document_country : null) ||
		(allowed.length === 1 ? allowed[0] : null);
}

export function sidesOf(step, memory) {
	if (step.kind !== 'document')
		return needsChoice(step) && !documentKind(step, memory) ?
			[] : ['front'];
	const kind = documentKind(step, memory);
	const sides = (step.options || {}).sides || {};
	return kind ? sides[kind] || ['front'] : [];
}

/* What the server has for a side, of the kind that is chosen now. */
export function sentDocument(step, side, memory) {
	const docs = step.documents || [];
	if (step.kind === 'liveness')
		return docs[docs.length - 1] || null;
	const kind = documentKind(step, memory);
	return docs.find((d) => (d.side || 'front') === side &&
		(!kind || !d.document_kind || d.document_kind === kind)) || null;
}

function settledKey(doc) {
	return doc.doc_id + ' ' + doc.uploaded_at;
}

/*
 * A side is done when the server has it; of a step that is to be corrected,
 * when it was sent again or the customer said that it stays.
 */
export function sideDone(step, side, memory) {
	const doc = sentDocument(step, side, memory);
	if (!doc)
		return false;
	return step.status !== 'needs_correction' ||
		Boolean(memory.settled[settledKey(doc)]);
}

export function settle(doc, memory, how) {
	memory.settled[settledKey(doc)] = how;
}

/* All that the step's photos are about is there. */
export function readyToSend(step, memory) {
	const sides = sidesOf(step, memory);
	return sides.length > 0 &&
		sides.every((side) => sideDone(step, side, memory));
}

/* A corrected step of photos needs at least one new one. */
export function hasNews(step, memory) {
	if (step.status !== 'needs_correction' || !takesPhotos(step))
		return true;
	return sidesOf(step, memory).some((side) => {
		const doc = sentDocument(step, side, memory);
		return doc && memory.settled[settledKey(doc)] === 'new';
	});
}

/* Enough people have been added, and all of them have finished. */
export function peopleDone(step, counts) {
	const options = step.options || {};
	const least = options.min === undefined ? 1 : options.min;
	return counts.completed >= least && counts.pending === 0;
}
