// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What every first page of a step has besides its own: the reviewer's
 * message, the step's description, a way to skip it.
 */

import { button, h, messageBox } from '../dom.js';
import { t } from '../i18n.js';
import { isClosed, isCorrecting, openRequests } from '../steps.js';

/* The reviewer's messages to a step; name says which step in a list. */
export function askedBox(app, step, name) {
	const texts = openRequests(step).map((c) => c.message).filter(Boolean);
	if (!texts.length)
		return null;
	return h('div', { class: 'ask' },
		h('p', { class: 'ask-title' }, t('correct.says', { who: app.who })),
		name ? h('p', { class: 'ask-step', dir: 'auto' }, name) : null,
		texts.map((x) => h('p', { dir: 'auto' }, x)));
}

/* Completing an optional step with nothing skips it. */
export function skipButton(app, step, box) {
	if (!step.optional || isClosed(step) || isCorrecting(app.session))
		return null;
	return button(t('action.skip'), 'quiet', async () => {
		box.hide();
		try {
			app.adopt(await app.api.complete(step.step_id, {}));
		} catch (error) {
			if (!await app.handled(error))
				box.show(app.errorText(error));
			return;
		}
		app.proceed();
	});
}

/* Views with `step` are a step's first page. */
export function surround(app, view) {
	const step = view.step;
	if (!step)
		return view;
	const box = messageBox();
	const description = step.description ? h('p', { class: 'lead' },
		h('bdi', null, step.description)) : null;
	return Object.assign({}, view, {
		nodes: [askedBox(app, step), description, view.nodes, box.node],
		actions: (view.actions || []).concat(skipButton(app, step, box)),
	});
}
