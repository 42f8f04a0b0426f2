// SPDX-License-Identifier: GPL-3.0-or-later
/* Consent: the text with its version, and a box that isn't ticked. */

import { button, h, icon, messageBox, newId } from '../dom.js';
import { keysUnder, language, t } from '../i18n.js';
import { unknownView } from './unknown.js';

/* The workflow's own text: in this language, else in one that it has. */
function ownText(app, options) {
	const texts = options.text || {};
	const found = [language(), app.session.locale, 'en']
		.concat(Object.keys(texts)).find((code) => texts[code]);
	return found ? String(texts[found]).split(/\n\s*\n/).map((part) =>
		h('p', { dir: 'auto', lang: found }, part)) : [];
}

function textNodes(version, who) {
	return keysUnder('consent.text.' + version + '.').map((key) =>
		h('p', null, t(key, { who })));
}

function checkbox(box) {
	const id = newId('agree');
	const input = h('input', { type: 'checkbox', id, class: 'tick',
		onchange: () => box.hide() });
	const node = h('div', { class: 'agree' }, input,
		h('label', { for: id }, t('consent.agree')));
	return { input, node };
}

export function consentView(app) {
	const step = app.step();
	const options = step.options || {};
	const version = String(options.text_version || '1');
	const own = ownText(app, options);
	const text = own.length ? own : textNodes(version, app.who);
	if (!text.length) {
		unknownView(app);
		return;
	}
	const box = messageBox();
	const agree = checkbox(box);

	async function accept() {
		if (!agree.input.checked) {
			box.show(t('consent.needed'));
			agree.input.focus();
			return;
		}
		try {
			app.adopt(await app.api.complete(step.step_id, { consent: {
				accepted: true, text_version: version,
				locale: language() } }));
		} catch (error) {
			if (await app.handled(error))
				return;
			box.show(app.errorText(error));
			return;
		}
		app.proceed();
	}

	app.mount({
		name: 'consent',
		step,
		heading: t('consent.title'),
		nodes: [
			h('p', { class: 'lead' }, t('consent.lead', { who: app.who })),
			h('div', { class: 'terms' }, text,
				h('p', { class: 'version' }, icon('form'),
					h('span', null, t('consent.version', { version })))),
			agree.node, box.node,
		],
		actions: [button(t('action.agree'), 'primary', accept)],
		back: app.backTo(),
	});
}
