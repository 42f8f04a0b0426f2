// SPDX-License-Identifier: GPL-3.0-or-later
/* The first page: who asks, what is needed, how long, and the phone. */

import { button, h, icon, messageBox, picture } from '../dom.js';
import { isHandheld } from '../camera.js';
import { fingerprint, hasBegun, stepState } from '../flow.js';
import { dateTime, t } from '../i18n.js';
import { isCorrecting, isKnown, visibleSteps } from '../steps.js';
import { askedBox } from './around.js';
import { phonePanel } from './phone.js';

const MINUTES = { consent: 0.5, document: 1.5, selfie: 1, form: 1.5,
	proof_of_address: 1.5, liveness: 1, subsessions: 2 };

function minutes(steps) {
	return Math.max(1, Math.ceil(steps.reduce((sum, s) =>
		sum + (MINUTES[s.kind] || 1), 0)));
}

function needText(step) {
	return t(isKnown(step) ? 'need.' + step.kind : 'need.other');
}

/* The steps, with a tick at those that are done. */
export function stepList(app) {
	const items = visibleSteps(app.session).map((step) => {
		const state = stepState(app.session, step, app.memory);
		return h('li', { class: 'need ' + state },
			h('span', { class: 'need-mark', 'aria-hidden': 'true' },
				icon(state === 'done' ? 'check' : 'kind-' +
					(isKnown(step) ? step.kind : 'other'))),
			h('div', null,
				h('p', { class: 'need-name', dir: 'auto' },
					app.stepName(step)),
				h('p', { class: 'need-text' }, state === 'open' ?
					needText(step) : t('state.' + state))));
	});
	return h('ul', { class: 'needs' }, items);
}

/* The reviewer's messages, each under the name of its step. */
function corrections(app) {
	const steps = visibleSteps(app.session);
	return steps.map((step) => askedBox(app, step,
		steps.length > 1 ? app.stepName(step) : null));
}

function words(app, begun) {
	const kind = isCorrecting(app.session) ? 'correct' :
		(begun ? 'again' : 'start');
	const shows = visibleSteps(app.session).some((s) => s.kind === 'document');
	return {
		heading: t(kind + '.title'),
		lead: t(kind === 'start' && !shows ? 'start.lead_plain' :
			kind + '.lead', { who: app.who }),
	};
}

function facts(app, begun) {
	const left = visibleSteps(app.session).filter((s) =>
		stepState(app.session, s, app.memory) !== 'done');
	const list = [h('li', null, icon('clock'), h('span', null,
		t(begun ? 'start.left' : 'start.time',
			{ count: minutes(left) })))];
	if (app.session.expires_at)
		list.push(h('li', null, icon('calendar'), h('span', null,
			t('start.until', { date: dateTime(app.session.expires_at) }))));
	list.push(h('li', null, icon('lock'), h('span', null,
		t('start.privacy', { who: app.who }))));
	return h('ul', { class: 'facts' }, list);
}

export function startView(app) {
	const begun = hasBegun(app.session, app.memory);
	const text = words(app, begun);
	const box = messageBox();
	const desktop = !isHandheld();
	const before = fingerprint(app.session);
	const phone = desktop ? phonePanel(app, (session) => {
		if (fingerprint(session) === before)
			return;
		app.adopt(session);
		app.go('follow');
	}) : null;

	async function begin() {
		box.hide();
		try {
			app.adopt(await app.api.open());
		} catch (error) {
			if (await app.handled(error))
				return;
			box.show(app.errorText(error));
			return;
		}
		app.next();
	}

	app.mount({
		name: 'start',
		heading: text.heading,
		nodes: [
			begun || isCorrecting(app.session) ? null : picture('start'),
			h('p', { class: 'lead' }, text.lead),
			app.session.label ? h('p', { class: 'for-whom', dir: 'auto' },
				t('start.for', { name: app.session.label })) : null,
			corrections(app),
			stepList(app),
			facts(app, begun),
			phone && phone.panel,
			box.node,
		],
		actions: [button(t(begun ? 'action.continue' : (desktop ?
			'action.start_here' : 'action.start')), 'primary', begin)],
		destroy: phone ? phone.destroy : null,
	});
}
