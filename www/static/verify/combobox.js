// SPDX-License-Identifier: GPL-3.0-or-later
/* A searchable choice of a country: the ARIA combobox with a list box. */

import { h, icon, newId } from './dom.js';
import { fold, searchCountries } from './countries.js';
import { t } from './i18n.js';

function build(words) {
	const { label, hint, required } = words;
	const id = newId('country');
	const input = h('input', {
		id, type: 'text', class: 'field', role: 'combobox',
		autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
		'aria-autocomplete': 'list', 'aria-expanded': 'false',
		'aria-controls': id + '-list', 'aria-describedby': id + '-hint',
		'aria-required': required ? 'true' : null,
		placeholder: t('country.placeholder'),
	});
	const list = h('ul', { id: id + '-list', role: 'listbox',
		class: 'options', 'aria-label': label, hidden: true });
	const status = h('div', { class: 'visually-hidden', role: 'status' });
	const node = h('div', { class: 'combobox' },
		h('label', { class: 'label', for: id }, h('bdi', null, label),
			required ? h('span', { class: 'star', 'aria-hidden': 'true' },
				' *') : null),
		h('div', { class: 'combobox-box' }, input, icon('chevron'), list),
		h('p', { id: id + '-hint', class: 'hint' }, h('bdi', null, hint)),
		status);
	return { id, input, list, status, node };
}

/*
 * countries as of listCountries; value an alpha-2 code or null;
 * onchange(code or null); words {label, hint, required?}. Returns {node,
 * input, value()}.
 */
export function countryChoice(countries, value, onchange, words) {
	const part = build(words);
	let chosen = countries.find((c) => c.code === value) || null;
	let shown = [];
	let active = -1;

	function mark(at) {
		active = at;
		Array.from(part.list.children).forEach((li, i) =>
			li.setAttribute('aria-selected', String(i === at)));
		const li = part.list.children[at];
		if (!li) {
			part.input.removeAttribute('aria-activedescendant');
			return;
		}
		part.input.setAttribute('aria-activedescendant', li.id);
		li.scrollIntoView({ block: 'nearest' });
	}

	function close() {
		part.list.hidden = true;
		part.input.setAttribute('aria-expanded', 'false');
		part.input.removeAttribute('aria-activedescendant');
		active = -1;
	}

	function choose(country) {
		chosen = country;
		part.input.value = country ? country.name : '';
		close();
		onchange(country ? country.code : null);
	}

	function option(country, at) {
		return h('li', {
			id: part.id + '-' + country.code, role: 'option',
			class: 'option', 'aria-selected': 'false',
			onpointerdown: (event) => event.preventDefault(),
			onclick: () => choose(country),
			onpointermove: () => {
				if (active !== at)
					mark(at);
			},
		}, h('span', null, country.name),
		h('span', { class: 'option-code', 'aria-hidden': 'true' },
			country.code));
	}

	function open(text) {
		shown = searchCountries(countries, text);
		part.list.textContent = '';
		shown.forEach((c, i) => part.list.append(option(c, i)));
		if (!shown.length)
			part.list.append(h('li', { class: 'option none', role: 'option',
				'aria-disabled': 'true' }, t('country.none')));
		part.list.hidden = false;
		part.input.setAttribute('aria-expanded', 'true');
		part.status.textContent = t('country.found', { count: shown.length });
		if (text)
			mark(shown.length ? 0 : -1);
		else
			mark(shown.indexOf(chosen));
	}

	function move(step) {
		if (part.list.hidden)
			open('');
		else if (active < 0)
			mark(step > 0 ? 0 : shown.length - 1);
		else if (shown.length)
			mark((active + step + shown.length) % shown.length);
	}

	function leave() {
		close();
		const typed = part.input.value;
		const only = typed ? searchCountries(countries, typed) : [];
		const exact = countries.find((c) => fold(c.name) === fold(typed));
		if (!typed)
			choose(null);
		else if (exact)
			choose(exact);
		else if (only.length === 1)
			choose(only[0]);
		else
			part.input.value = chosen ? chosen.name : '';
	}

	const keys = {
		ArrowDown: () => move(1),
		ArrowUp: () => move(-1),
		Enter: () => {
			if (part.list.hidden)
				open('');
			else if (shown[active])
				choose(shown[active]);
		},
		Escape: () => {
			part.input.value = chosen ? chosen.name : '';
			close();
		},
	};
	part.input.addEventListener('keydown', (event) => {
		const act = keys[event.key];
		if (!act || event.isComposing)
			return;
		event.preventDefault();
		act();
	});
	part.input.addEventListener('input', () => open(part.input.value));
	part.input.addEventListener('click', () => {
		part.input.select();
		if (part.list.hidden)
			open('');
	});
	part.input.addEventListener('blur', leave);
	if (chosen)
		part.input.value = chosen.name;
	return { node: part.node, input: part.input,
		value: () => (chosen ? chosen.code : null) };
}
