// SPDX-License-Identifier: GPL-3.0-or-later
/* The first page: who asks, what is needed, how long, and the phone. */

import { button, h, icon, messageBox, picture } from '../dom.js';
import { isHandheld } from '../camera.js';
import { fingerprint, hasBegun, isCorrecting, isKnown, stepState,
	visibleSteps } from '../flow.js';
import { dateTime, t } from '../i18n.js';
import { poll } from '../poll.js';

const MINUTES = { consent: 0.5, document: 1.5, selfie: 1 };

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
		const state = stepState(step, app.memory);
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

function corrections(app) {
	const texts = [];
	visibleSteps(app.session).forEach((step) =>
		(step.correction_requests || []).forEach((c) => {
			if (c.message && c.status !== 'resolved')
				texts.push(c.message);
		}));
	if (!texts.length)
		return null;
	return h('div', { class: 'ask' },
		h('p', { class: 'ask-title' }, t('correct.says', { who: app.who })),
		texts.map((x) => h('p', { dir: 'auto' }, x)));
}

/* The code of this very link, to go on with a phone. */
function phonePanel(app, onMoved) {
	const image = h('img', { class: 'qr', alt: t('phone.alt'), width: 148,
		height: 148 });
	const panel = h('section', { class: 'phone', hidden: true,
		'aria-labelledby': 'phone-title' },
	h('div', { class: 'qr-frame' }, image),
	h('div', null,
		h('h2', { id: 'phone-title' }, t('phone.title')),
		h('p', null, t('phone.text'))));
	let stop = () => {};
	let address = '';
	app.api.qr().then((blob) => {
		if (address === null)
			return;
		address = URL.createObjectURL(blob);
		image.src = address;
		panel.hidden = false;
		stop = poll(app, onMoved);
	}, () => { /* Without the code, this device still works. */ });
	const destroy = () => {
		stop();
		if (address)
			URL.revokeObjectURL(address);
		address = null;
	};
	return { panel, destroy };
}

function words(app, begun) {
	const kind = isCorrecting(app.session) ? 'correct' :
		(begun ? 'again' : 'start');
	return {
		heading: t(kind + '.title'),
		lead: t(kind + '.lead', { who: app.who }),
	};
}

function facts(app, begun) {
	const left = visibleSteps(app.session).filter((s) =>
		stepState(s, app.memory) !== 'done');
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
