// SPDX-License-Identifier: GPL-3.0-or-later
/* Which identity document, and which country issued it. */

import { button, h, icon, messageBox, newId } from '../dom.js';
import { countryChoice } from '../combobox.js';
import { guessCountry, listCountries } from '../countries.js';
import { has, t } from '../i18n.js';
import { documentCountry, documentKind } from '../steps.js';

function kindName(kind) {
	return has('kind.' + kind) ? t('kind.' + kind) : kind;
}

function sidesText(options, kind) {
	const sides = (options.sides || {})[kind] || ['front'];
	return t(kind === 'passport' ? 'kind.page' :
		(sides.length > 1 ? 'kind.both' : 'kind.one'));
}

/* One card a kind that the options list; {node, first}. */
export function kindCards(options, chosen, label, onchange, text) {
	const name = newId('kind');
	const cards = (options.document_kinds || []).map((kind) =>
		h('label', { class: 'choice' },
			h('input', { type: 'radio', name, value: kind,
				class: 'choice-input', onchange: () => onchange(kind) },
			),
			icon('doc-' + kind),
			h('span', { class: 'choice-words' },
				h('span', { class: 'choice-name' }, kindName(kind)),
				h('span', { class: 'choice-text' }, text(kind))),
			h('span', { class: 'choice-dot', 'aria-hidden': 'true' })));
	const node = h('fieldset', { class: 'choices' },
		h('legend', { class: 'label' }, label), cards);
	const inputs = Array.from(node.querySelectorAll('input'));
	inputs.forEach((input) => {
		input.checked = input.value === chosen;
	});
	return { node, first: inputs[0] };
}

function startKind(step, memory) {
	const kinds = (step.options || {}).document_kinds || [];
	return documentKind(step, memory) ||
		(kinds.length === 1 ? kinds[0] : null);
}

export function chooseView(app) {
	const step = app.step();
	const options = step.options || {};
	const memory = app.memory;
	const countries = listCountries(options.countries);
	const box = messageBox();
	let kind = startKind(step, memory);
	let country = documentCountry(step, memory) || guessCountry(countries);
	const cards = kindCards(options, kind, t('choose.kind'), (value) => {
		kind = value;
		box.hide();
	}, (value) => sidesText(options, value));
	const choice = countryChoice(countries, country, (value) => {
		country = value;
		if (value)
			box.hide();
	}, { label: t('country.label'), hint: t('country.hint') });

	function proceed() {
		if (!kind) {
			box.show(t('choose.kind_needed'));
			cards.first.focus();
			return;
		}
		if (!country) {
			box.show(t('choose.country_needed'));
			choice.input.focus();
			return;
		}
		memory.kind[step.step_id] = kind;
		memory.country[step.step_id] = country;
		memory.save();
		app.next();
	}

	app.mount({
		name: 'choose',
		step,
		heading: t('choose.title'),
		nodes: [
			h('p', { class: 'lead' }, t('choose.lead')),
			choice.node, cards.node, box.node,
		],
		actions: [button(t('action.continue'), 'primary', proceed)],
		back: app.backTo(),
	});
}
