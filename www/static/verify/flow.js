// SPDX-License-Identifier: GPL-3.0-or-later
/* Which pages a session needs, and which comes next. Pure functions. */

const FINISHED = ['completed', 'processing', 'processed', 'manual_review',
	'approved', 'rejected'];
const PHOTO_KINDS = ['document', 'selfie'];
const KNOWN_KINDS = ['consent', 'document', 'selfie'];
/* Steps that ask nothing of the customer. */
const SILENT_KINDS = ['validation'];

export function isFinished(session) {
	return FINISHED.includes(session.status);
}

export function isCorrecting(session) {
	return session.status === 'awaiting_client_correction';
}

/* The steps that the customer sees, in the order of the workflow. */
export function visibleSteps(session) {
	const steps = session.steps_data.filter((s) =>
		!SILENT_KINDS.includes(s.kind) && s.status !== 'skipped');
	if (!isCorrecting(session))
		return steps;
	return steps.filter((s) => s.status === 'needs_correction');
}

export function isClosed(step) {
	return step.status === 'completed' || step.status === 'skipped';
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

/* Which identity document: chosen here, or told by what was sent before. */
export function documentKind(step, memory) {
	const kinds = (step.options || {}).document_kinds || [];
	const chosen = memory.kind[step.step_id];
	if (kinds.includes(chosen))
		return chosen;
	const sent = (step.documents || []).slice()
		.sort((a, b) => (a.uploaded_at < b.uploaded_at ? 1 : -1))
		.find((d) => kinds.includes(d.document_kind));
	return sent ? sent.document_kind : null;
}

export function sidesOf(step, memory) {
	if (step.kind === 'selfie')
		return ['front'];
	const kind = documentKind(step, memory);
	const sides = (step.options || {}).sides || {};
	return kind ? sides[kind] || ['front'] : [];
}

/* What the server has for a side, of the kind that is chosen now. */
export function sentDocument(step, side, memory) {
	const kind = step.kind === 'document' ? documentKind(step, memory) : null;
	return (step.documents || []).find((d) => d.side === side &&
		(!kind || d.document_kind === kind)) || null;
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
		Boolean(memory.settled[doc.doc_id + ' ' + doc.uploaded_at]);
}

export function settle(doc, memory, how) {
	memory.settled[doc.doc_id + ' ' + doc.uploaded_at] = how;
}

/* A corrected step needs at least one new photo. */
export function hasNews(step, memory) {
	if (step.status !== 'needs_correction')
		return true;
	return sidesOf(step, memory).some((side) => {
		const doc = sentDocument(step, side, memory);
		return doc && memory.settled[doc.doc_id + ' ' +
			doc.uploaded_at] === 'new';
	});
}

function stepPages(step, memory) {
	if (!isKnown(step))
		return ['unknown:' + step.step_id];
	if (step.kind === 'consent')
		return ['consent:' + step.step_id];
	const sides = sidesOf(step, memory).map((side) =>
		'side:' + step.step_id + ':' + side);
	return step.kind === 'document' ?
		['choose:' + step.step_id].concat(sides) : sides;
}

/* All pages that may be shown now, in order. */
export function pages(session, memory) {
	const steps = visibleSteps(session).filter((s) => !isClosed(s));
	const list = steps.reduce((all, step) =>
		all.concat(stepPages(step, memory)), []);
	return steps.some(takesPhotos) ? list.concat('review') : list;
}

function stepGap(step, memory) {
	if (!takesPhotos(step))
		return stepPages(step, memory)[0];
	if (step.kind === 'document' && !documentKind(step, memory))
		return 'choose:' + step.step_id;
	const side = sidesOf(step, memory).find((s) =>
		!sideDone(step, s, memory));
	return side ? 'side:' + step.step_id + ':' + side : null;
}

/* The first page that still needs something of the customer. */
export function nextPage(session, memory) {
	if (isFinished(session))
		return 'done';
	const steps = visibleSteps(session).filter((s) => !isClosed(s));
	for (let i = 0; i < steps.length; i += 1) {
		const gap = stepGap(steps[i], memory);
		if (gap)
			return gap;
	}
	return steps.length ? 'review' : 'done';
}

/* Where a page stands: {index, total}, counted in steps from 1. */
export function position(session, page) {
	const steps = visibleSteps(session);
	const review = steps.some(takesPhotos) ? 1 : 0;
	const stepId = page.split(':')[1];
	const at = steps.findIndex((s) => s.step_id === stepId);
	const total = steps.length + review;
	return { index: at < 0 ? total : at + 1, total };
}

/* Whether anything was done before, here or on another device. */
export function hasBegun(session, memory) {
	if (isCorrecting(session))
		return Object.keys(memory.settled).length > 0;
	return visibleSteps(session).some((s) =>
		s.status === 'completed' || (s.documents || []).length > 0);
}

/* done | part | open, for the list of steps. */
export function stepState(step, memory) {
	if (isClosed(step))
		return 'done';
	if (!takesPhotos(step))
		return 'open';
	const sides = sidesOf(step, memory);
	const done = sides.filter((s) => sideDone(step, s, memory)).length;
	if (done && done === sides.length)
		return 'done';
	return done ? 'part' : 'open';
}

/* Changes whenever something happened to the session. */
export function fingerprint(session) {
	return JSON.stringify([session.status, session.steps_data.map((s) =>
		[s.status, (s.documents || []).map((d) =>
			[d.doc_id, d.uploaded_at])])]);
}
