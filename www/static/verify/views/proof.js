// SPDX-License-Identifier: GPL-3.0-or-later
/* Proof of address: what is taken, how old it may be, and which kind it is. */

import { button, h, icon, messageBox } from '../dom.js';
import { kindCards } from './choose.js';
import { documentKind } from '../steps.js';
import { dateText, t } from '../i18n.js';

const DAY_MS = 86400000;
const MAX_AGE_DAYS = 90;

/* The first day on which it may have been issued, in words. */
export function ageNote(step) {
	const count = (step.options || {}).max_age_days || MAX_AGE_DAYS;
	const first = new Date(Date.now() - count * DAY_MS);
	return h('p', { class: 'note' }, icon('calendar'),
		h('span', null, t('proof.age', { count, date: dateText(first) })));
}

export function proofView(app) {
	const step = app.step();
	const memory = app.memory;
	const box = messageBox();
	let kind = documentKind(step, memory);
	const cards = kindCards(step.options || {}, kind, t('proof.kind'),
		(value) => {
			kind = value;
			box.hide();
		}, (value) => t('proof.text.' + value));

	function proceed() {
		if (!kind) {
			box.show(t('choose.kind_needed'));
			cards.first.focus();
			return;
		}
		memory.kind[step.step_id] = kind;
		memory.save();
		app.next();
	}

	app.mount({
		name: 'proof',
		step,
		heading: t('proof.title'),
		nodes: [
			h('p', { class: 'lead' }, t('proof.lead')),
			ageNote(step), cards.node, box.node,
		],
		actions: [button(t('action.continue'), 'primary', proceed)],
		back: app.backTo(),
	});
}
