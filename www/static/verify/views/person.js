// SPDX-License-Identifier: GPL-3.0-or-later
/* One person of a subsession step: name, how far, and the link to hand over. */

import { linkCode } from '../api.js';
import { button, h, icon, newId } from '../dom.js';
import { t } from '../i18n.js';

const DONE = ['completed', 'processing', 'processed', 'manual_review',
	'approved', 'rejected'];
const ENDED = ['expired', 'revoked', 'failed'];

function stateOf(person) {
	if (DONE.includes(person.status))
		return 'done';
	if (ENDED.includes(person.status))
		return 'ended';
	return person.status === 'awaiting_client_correction' ? 'again' : 'open';
}

async function copyText(field) {
	try {
		await navigator.clipboard.writeText(field.value);
	} catch (e) {
		field.focus();
		field.select();
		if (!document.execCommand('copy'))
			throw e;
	}
}

/* The link as text and as a code; filled when it is first opened. */
function handOver(person, name) {
	const id = newId('link');
	const field = h('input', { id, type: 'text', class: 'field plain',
		readonly: true, dir: 'ltr', value: person.access_link });
	const image = h('img', { class: 'qr', width: 148, height: 148,
		alt: t('people.code', { name }) });
	const frame = h('div', { class: 'qr-frame', hidden: true }, image);
	const node = h('div', { class: 'hand-over', hidden: true },
		frame, h('div', { class: 'form-field' },
			h('label', { class: 'label', for: id },
				t('people.link', { name })), field));
	let asked = false;

	/* The address of the picture lives as long as the page: it is small. */
	function fill() {
		if (asked)
			return;
		asked = true;
		linkCode(person.access_token).then((blob) => {
			image.src = URL.createObjectURL(blob);
			frame.hidden = false;
		}, () => {
			asked = false;
		});
	}
	return { node, field, fill };
}

function linkButtons(person, name) {
	const over = handOver(person, name);
	const said = h('p', { class: 'hint', role: 'status' });
	const show = () => {
		over.node.hidden = false;
		toggle.setAttribute('aria-expanded', 'true');
		over.fill();
	};
	const copy = button([icon('copy'), t('people.copy')], 'small',
		async () => {
			try {
				await copyText(over.field);
				said.textContent = t('people.copied');
			} catch (e) {
				show();
				over.field.select();
				said.textContent = t('people.not_copied');
			}
			copy.focus();
		}, { 'aria-label': t('people.copy_of', { name }) });
	const toggle = button([icon('qr'), t('people.show')], 'small', () => {
		if (over.node.hidden) {
			show();
			return;
		}
		over.node.hidden = true;
		toggle.setAttribute('aria-expanded', 'false');
	}, { 'aria-expanded': 'false',
		'aria-label': t('people.show_of', { name }) });
	return [h('div', { class: 'person-buttons' }, copy, toggle), said,
		over.node];
}

/* A row of the list as GET …/subsessions gives it. */
export function personCard(person) {
	const state = stateOf(person);
	const name = person.label || t('people.unnamed');
	const open = person.access_link && (state === 'open' ||
		state === 'again');
	return h('li', { class: 'person ' + state },
		h('div', { class: 'person-top' },
			h('span', { class: 'need-mark', 'aria-hidden': 'true' },
				icon(state === 'done' ? 'check' :
					(state === 'ended' ? 'alert' : 'person'))),
			h('div', null,
				h('p', { class: 'need-name' }, h('bdi', null, name)),
				h('p', { class: 'need-text' },
					t('people.state.' + state)))),
		open ? linkButtons(person, name) : null);
}
