// SPDX-License-Identifier: GPL-3.0-or-later
/* A form's fields: one control a type, with label, help and error. */

import { countryChoice } from './combobox.js';
import { listCountries } from './countries.js';
import { h, icon, newId } from './dom.js';
import { has, t } from './i18n.js';
import { ADDRESS_PARTS, NETWORKS, limitHint, listChoices } from './values.js';

/* So many choices are shown at once; more go into a list. */
const RADIOS_MAX = 5;

const LTR = { dir: 'ltr', autocapitalize: 'off', spellcheck: 'false' };
const INPUTS = {
	name: { type: 'text', autocapitalize: 'words', spellcheck: 'false' },
	text: { type: 'text' },
	date: { type: 'date' },
	number: Object.assign({ type: 'text', inputmode: 'decimal' }, LTR),
	email: Object.assign({ type: 'email', inputmode: 'email' }, LTR),
	phone: Object.assign({ type: 'tel', inputmode: 'tel' }, LTR),
	url: Object.assign({ type: 'url', inputmode: 'url' }, LTR),
};
const PURPOSES = { email: 'email', phone: 'tel', url: 'url' };
const NAME_PURPOSES = { first_name: 'given-name', given_name: 'given-name',
	middle_name: 'additional-name', last_name: 'family-name',
	family_name: 'family-name', surname: 'family-name',
	full_name: 'name', name: 'name', legal_name: 'organization',
	company_name: 'organization' };
const ADDRESS_PURPOSES = { line_1: 'address-line1', line_2: 'address-line2',
	city: 'address-level2', state: 'address-level1',
	postal_code: 'postal-code' };
const ADDRESS_OPTIONAL = ['line_2', 'state', 'postal_code'];

/* What the browser may fill in: only what is surely the customer's own. */
function purpose(field) {
	if (field.type === 'name')
		return NAME_PURPOSES[field.key] || 'off';
	if (field.type === 'date')
		return /birth/.test(field.key) ? 'bday' : 'off';
	return PURPOSES[field.type] || 'off';
}

/* Words of the workflow: their own direction, aligned as the page is. */
function isolate(text) {
	return h('bdi', null, text);
}

/* What is typed has its own direction; an empty field has the page's. */
export function followDirection(input) {
	const turn = () => {
		if (input.value)
			input.dir = 'auto';
		else
			input.removeAttribute('dir');
	};
	input.addEventListener('input', turn);
	turn();
}

function star(required) {
	return required ? h('span', { class: 'star', 'aria-hidden': 'true' },
		' *') : null;
}

/* The error under a control; mark(text or null) tells it. */
function errorLine(id, controls) {
	const text = h('span');
	const node = h('p', { id, class: 'field-error', hidden: true },
		icon('alert'), text);
	const mark = (message) => {
		text.textContent = message || '';
		node.hidden = !message;
		controls().forEach((control) => {
			if (message)
				control.setAttribute('aria-invalid', 'true');
			else
				control.removeAttribute('aria-invalid');
		});
	};
	return { node, mark };
}

function helpLines(field, id) {
	const own = ['phone', 'url'].includes(field.type) ?
		t('form.help.' + field.type) : null;
	const text = [field.help || own, limitHint(field)].filter(Boolean);
	return text.length ? h('p', { id, class: 'hint' }, text.map((x, i) =>
		[i ? ' ' : null, isolate(x)])) : null;
}

/* A labelled control of one line: {node, input, error}. */
function line(label, input, required, help) {
	const id = newId('field');
	const error = errorLine(id + '-error', () => [input]);
	input.id = id;
	if (required)
		input.setAttribute('aria-required', 'true');
	input.setAttribute('aria-describedby',
		[help && help.id, id + '-error'].filter(Boolean).join(' '));
	const node = h('div', { class: 'form-field' },
		h('label', { class: 'label', for: id }, isolate(label), star(required)),
		help, input.localName === 'select' ? h('div',
			{ class: 'select-box' }, input, icon('chevron')) : input,
		error.node);
	return { node, input, error };
}

function textControl(field, raw, onchange) {
	const help = helpLines(field, newId('help'));
	const limits = field.type === 'date' ?
		{ min: field.min, max: field.max } :
		{ maxlength: field.max_length };
	const input = h('input', Object.assign({ class: 'field plain',
		name: field.key, autocomplete: purpose(field) },
	INPUTS[field.type] || INPUTS.text, limits));
	input.value = raw;
	if (!input.dir)
		followDirection(input);
	const part = line(field.name, input, field.required, help);
	input.addEventListener('input', () => onchange(input.value));
	return { node: part.node, first: input, mark: part.error.mark,
		/* A date that is typed by half has no value, but isn't empty. */
		broken: () => input.validity.badInput };
}

function selectOf(entries, raw, empty) {
	const select = h('select', { class: 'field select' },
		h('option', { value: '' }, empty),
		entries.map((c) => h('option', { value: c.value }, c.label)));
	select.value = raw;
	if (select.selectedIndex < 0)
		select.value = '';
	return select;
}

function selectControl(field, raw, onchange) {
	const help = helpLines(field, newId('help'));
	const select = selectOf(listChoices(field), raw,
		t(field.required ? 'form.choose' : 'form.none'));
	const part = line(field.name, select, field.required, help);
	select.addEventListener('change', () => onchange(select.value));
	return { node: part.node, first: select, mark: part.error.mark };
}

function groupOf(field, help, parts, className) {
	const id = newId('group');
	const error = errorLine(id + '-error', () => [node]);
	const node = h('fieldset', { class: 'form-group ' + className,
		'aria-describedby': [help && help.id, id + '-error']
			.filter(Boolean).join(' ') },
	h('legend', { class: 'label' }, isolate(field.name), star(field.required)),
	help, parts, error.node);
	return { node, error };
}

function radioControl(field, raw, onchange) {
	const help = helpLines(field, newId('help'));
	const name = newId('choice');
	const entries = listChoices(field).concat(field.required ? [] :
		{ value: '', label: t('form.none') });
	const cards = entries.map((c) => h('label', { class: 'choice' },
		h('input', { type: 'radio', name, value: c.value,
			class: 'choice-input', onchange: () => onchange(c.value) }),
		h('span', { class: 'choice-words' },
			h('span', { class: 'choice-name' }, isolate(c.label))),
		h('span', { class: 'choice-dot', 'aria-hidden': 'true' })));
	const group = groupOf(field, help, h('div', { class: 'choices' }, cards),
		'radios');
	if (field.required) {
		group.node.setAttribute('role', 'radiogroup');
		group.node.setAttribute('aria-required', 'true');
	}
	const inputs = Array.from(group.node.querySelectorAll('input'));
	inputs.forEach((input) => {
		input.checked = input.value === raw;
	});
	return { node: group.node, mark: group.error.mark,
		first: inputs.find((i) => i.checked) || inputs[0] };
}

function countryControl(label, raw, required, help, onchange) {
	const choice = countryChoice(listCountries(null), raw || null,
		(code) => onchange(code || ''), { label, required,
			hint: help || t('country.hint') });
	const id = newId('error');
	const error = errorLine(id, () => [choice.input]);
	choice.node.append(error.node);
	choice.node.classList.add('form-field');
	choice.input.setAttribute('aria-describedby',
		choice.input.getAttribute('aria-describedby') + ' ' + id);
	return { node: choice.node, first: choice.input, mark: error.mark };
}

function addressPart(part, raw, required, change) {
	const label = t('form.address.' + part);
	if (part === 'country')
		return countryControl(label, raw[part], required, null, change);
	const input = h('input', { type: 'text', class: 'field plain',
		autocomplete: ADDRESS_PURPOSES[part] });
	input.value = raw[part];
	followDirection(input);
	input.addEventListener('input', () => change(input.value));
	const made = line(label, input, required, null);
	return { node: made.node, first: input, mark: made.error.mark };
}

/* The parts are required once any is given, and so in a required address. */
function addressControl(field, raw, onchange) {
	const now = Object.assign({}, raw);
	const parts = {};
	ADDRESS_PARTS.forEach((part) => {
		parts[part] = addressPart(part, raw, field.required &&
			!ADDRESS_OPTIONAL.includes(part), (value) => {
			now[part] = value;
			parts[part].mark(null);
			onchange(Object.assign({}, now));
		});
	});
	const help = helpLines(field, newId('help'));
	const group = groupOf(field, help,
		ADDRESS_PARTS.map((part) => parts[part].node), 'address');
	return {
		node: group.node,
		first: parts.line_1.first,
		mark: (said) => {
			const byPart = said && typeof said === 'object' ? said : {};
			group.error.mark(typeof said === 'string' ? said : null);
			ADDRESS_PARTS.forEach((part) =>
				parts[part].mark(byPart[part] || null));
			const wrong = ADDRESS_PARTS.find((part) => byPart[part]);
			return wrong ? parts[wrong].first : null;
		},
	};
}

function walletControl(field, raw, onchange) {
	const now = Object.assign({}, raw);
	const networks = NETWORKS.includes(raw.network) || !raw.network ?
		NETWORKS : NETWORKS.concat(raw.network);
	const select = selectOf(networks.map((value) => ({ value,
		label: has('form.network.' + value) ? t('form.network.' + value) :
			value })), raw.network, t('form.network.other'));
	const input = h('input', Object.assign({ type: 'text',
		class: 'field plain', autocomplete: 'off', name: field.key }, LTR));
	input.value = raw.address;
	const network = line(t('form.network'), select, false, null);
	const address = line(t('form.wallet'), input, field.required, null);
	select.addEventListener('change', () => {
		now.network = select.value;
		onchange(Object.assign({}, now));
	});
	input.addEventListener('input', () => {
		now.address = input.value;
		onchange(Object.assign({}, now));
	});
	const group = groupOf(field, helpLines(field, newId('help')),
		[network.node, address.node], 'wallet');
	return { node: group.node, first: input, mark: (said) =>
		address.error.mark(typeof said === 'object' && said ?
			Object.values(said)[0] : said) };
}

/*
 * {node, first, mark(said), broken?()} for a field; first is the control to
 * focus, said null, a text or (of an address) texts by part; mark may return
 * a better control to focus. onchange(raw) is told what is typed.
 */
export function fieldControl(field, raw, onchange) {
	if (field.type === 'address')
		return addressControl(field, raw, onchange);
	if (field.type === 'wallet')
		return walletControl(field, raw, onchange);
	if (field.type === 'country')
		return countryControl(field.name, raw, field.required, field.help,
			onchange);
	if (field.type === 'choice')
		return (listChoices(field).length <= RADIOS_MAX ? radioControl :
			selectControl)(field, raw, onchange);
	return textControl(field, raw, onchange);
}
