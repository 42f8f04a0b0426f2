// SPDX-License-Identifier: GPL-3.0-or-later
/* Which pages a session needs, and which comes next. Pure functions. */

import { documentKind, isClosed, isCorrecting, isFinished, isKnown,
	needsChoice, readyToSend, sideDone, sidesOf, takesPhotos, visibleSteps }
	from './steps.js';

/* Steps that branching may still add behind this one. */
function mayGrow(session, step) {
	const at = session.steps_data.indexOf(step);
	return session.steps_data.slice(at + 1).some((s) =>
		s.status === 'skipped' && !s.optional);
}

/*
 * A form's answers are sent at once, so that later steps can depend on them,
 * except where sending them would end everything without a last look.
 */
export function isHeld(session, step) {
	if (step.kind !== 'form')
		return false;
	if (isCorrecting(session))
		return true;
	const own = visibleSteps(session).filter((s) =>
		isKnown(s) && s.kind !== 'subsessions');
	return own[own.length - 1] === step && !mayGrow(session, step);
}

/* Steps that end on the review page. */
export function isReviewed(session, step) {
	return takesPhotos(step) || isHeld(session, step);
}

function choicePage(step) {
	return step.kind === 'document' ? 'choose:' : 'proof:';
}

function stepPages(step, memory) {
	if (!isKnown(step))
		return ['unknown:' + step.step_id];
	if (!takesPhotos(step) || step.kind === 'liveness')
		return [step.kind + ':' + step.step_id];
	const sides = sidesOf(step, memory).map((side) =>
		'side:' + step.step_id + ':' + side);
	return needsChoice(step) ?
		[choicePage(step) + step.step_id].concat(sides) : sides;
}

/* A form that was sent can be changed until all is sent. */
function mayReturn(session, step) {
	return step.kind === 'form' && step.status === 'completed' &&
		!isCorrecting(session);
}

/* All pages that may be shown now, in order. */
export function pages(session, memory) {
	const steps = visibleSteps(session).filter((s) =>
		!isClosed(s) || mayReturn(session, s));
	const list = steps.reduce((all, step) =>
		all.concat(stepPages(step, memory)), []);
	return steps.some((s) => !isClosed(s) && isReviewed(session, s)) ?
		list.concat('review') : list;
}

function stepGap(session, step, memory) {
	if (step.kind === 'form' && isHeld(session, step) &&
			memory.ready[step.step_id])
		return null;
	if (!takesPhotos(step))
		return stepPages(step, memory)[0];
	if (step.kind === 'liveness')
		return readyToSend(step, memory) ? null :
			'liveness:' + step.step_id;
	if (needsChoice(step) && !documentKind(step, memory))
		return choicePage(step) + step.step_id;
	const side = sidesOf(step, memory).find((s) =>
		!sideDone(step, s, memory));
	return side ? 'side:' + step.step_id + ':' + side : null;
}

/* Steps that can't be ended now are left for later, once that was told. */
function isPutOff(step, memory) {
	return Boolean(memory.later[step.step_id]);
}

export function putOff(step, memory) {
	memory.later[step.step_id] = true;
	memory.save();
}

function firstGap(session, steps, memory) {
	for (let i = 0; i < steps.length; i += 1) {
		const gap = stepGap(session, steps[i], memory);
		if (gap)
			return gap;
	}
	return null;
}

/* The first page that still needs something of the customer. */
export function nextPage(session, memory) {
	if (isFinished(session))
		return 'done';
	const steps = visibleSteps(session).filter((s) => !isClosed(s));
	const gap = firstGap(session,
		steps.filter((s) => !isPutOff(s, memory)), memory);
	if (gap)
		return gap;
	if (steps.some((s) => isReviewed(session, s)))
		return 'review';
	return firstGap(session, steps, memory) || 'done';
}

/* Whether the customer can do something besides this step. */
export function hasOtherWork(session, step, memory) {
	return visibleSteps(session).some((s) => s !== step && !isClosed(s) &&
		!isPutOff(s, memory));
}

/* Where a page stands: {index, total}, counted in steps from 1. */
export function position(session, page) {
	const steps = visibleSteps(session);
	const review = steps.some((s) => isReviewed(session, s)) ? 1 : 0;
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
export function stepState(session, step, memory) {
	if (isClosed(step) || (step.kind === 'form' &&
			isHeld(session, step) && memory.ready[step.step_id]))
		return 'done';
	if (step.kind === 'subsessions')
		return (step.subsessions || {}).total ? 'part' : 'open';
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
		[s.status, s.subsessions || null, (s.documents || []).map((d) =>
			[d.doc_id, d.uploaded_at])])]);
}
