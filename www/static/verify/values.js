// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is typed into a form's fields: from what the server has, checked as a
 * help, to what the server takes, and as text. Raw values are strings, of
 * addresses and wallets objects of strings. Pure functions.
 */

import { countryName, dateText, number, t } from './i18n.js';

export const ADDRESS_PARTS = ['line_1', 'line_2', 'city', 'state',
	'postal_code', 'country'];
const ADDRESS_NEEDED = ['line_1', 'city', 'country'];
export const NETWORKS = ['bitcoin', 'ethereum'];
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/* Arabic and Persian digits as the server knows them. */
function plainDigits(text) {
	return text.replace(OTHER_DIGITS, (c) => String(c.charCodeAt(0) & 15))
		.replace(/\u066b/g, '.');
}

/* A number, or null where it can't be told what is meant. */
export function parseNumber(raw) {
	const text = plainDigits(raw).replace(/[\s\u066c]/g, '')
		.replace(/^([+-]?\d+),(\d{1,2}|\d{4,})$/, '$1.$2');
	return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

export function listChoices(field) {
	return (field.choices || []).map((c) => (typeof c === 'object' ?
		{ value: String(c.value), label: c.label || String(c.value) } :
		{ value: String(c), label: String(c) }));
}

/* What the fields show at first: what the server has, or nothing. */
export function toRaw(field, value) {
	if (field.type === 'address') {
		const raw = {};
		ADDRESS_PARTS.forEach((part) => {
			raw[part] = (value && value[part]) || '';
		});
		return raw;
	}
	if (field.type === 'wallet')
		return typeof value === 'string' ? { network: '', address: value } :
			{ network: (value && value.network) || '',
				address: (value && value.address) || '' };
	return value === null || value === undefined ? '' : String(value);
}

export function isEmpty(field, raw) {
	if (field.type === 'address')
		return ADDRESS_PARTS.every((part) => !raw[part].trim());
	return !(field.type === 'wallet' ? raw.address : raw).trim();
}

function has(limit) {
	return limit !== undefined && limit !== null;
}

function limitWords(field) {
	const show = (v) => (field.type === 'date' ? dateText(v) : number(v));
	if (has(field.min) && has(field.max))
		return t('form.between', { min: show(field.min),
			max: show(field.max) });
	const day = field.type === 'date';
	return has(field.min) ?
		t(day ? 'form.earliest' : 'form.least', { min: show(field.min) }) :
		t(day ? 'form.latest' : 'form.most', { max: show(field.max) });
}

function outside(field, value) {
	return (has(field.min) && value < field.min) ||
		(has(field.max) && value > field.max);
}

function checkLength(field, raw) {
	const length = Array.from(raw.trim()).length;
	if (field.min_length && length < field.min_length)
		return t('form.short', { count: field.min_length });
	if (field.max_length && length > field.max_length)
		return t('form.long', { count: field.max_length });
	return null;
}

function checkNumber(field, raw) {
	const value = parseNumber(raw);
	if (value === null)
		return t('form.invalid.number');
	return outside(field, value) ? limitWords(field) : null;
}

function checkAddress(raw) {
	const found = {};
	ADDRESS_NEEDED.filter((part) => !raw[part].trim()).forEach((part) => {
		found[part] = t(part === 'country' ? 'form.missing.country' :
			'form.missing.text');
	});
	return Object.keys(found).length ? found : null;
}

function missing(field) {
	const own = ['date', 'choice', 'country'].includes(field.type);
	return t('form.missing.' + (own ? field.type : 'text'));
}

/*
 * What is plainly wrong, in words: null, a text, or of an address texts by
 * part. Only the server knows all rules; this spares a round trip.
 */
export function checkRaw(field, raw) {
	if (isEmpty(field, raw)) {
		if (!field.required)
			return null;
		return field.type === 'address' ? checkAddress(raw) : missing(field);
	}
	if (field.type === 'address')
		return checkAddress(raw);
	if (field.type === 'number')
		return checkNumber(field, raw);
	if (field.type === 'date' && outside(field, raw))
		return limitWords(field);
	if (field.type === 'text' || field.type === 'name')
		return checkLength(field, raw);
	return null;
}

function addressValue(raw) {
	const value = {};
	ADDRESS_PARTS.forEach((part) => {
		if (raw[part].trim())
			value[part] = raw[part].trim();
	});
	return value;
}

/* What goes to the server; undefined for nothing. */
export function toValue(field, raw) {
	if (isEmpty(field, raw))
		return undefined;
	if (field.type === 'address')
		return addressValue(raw);
	if (field.type === 'wallet')
		return raw.network ? { address: raw.address.trim(),
			network: raw.network } : raw.address.trim();
	if (field.type === 'number')
		return parseNumber(raw);
	return field.type === 'phone' ? plainDigits(raw).trim() : raw.trim();
}

/* As lines of text, for the review; empty for nothing. */
export function showRaw(field, raw) {
	if (isEmpty(field, raw))
		return [];
	if (field.type === 'address')
		return ADDRESS_PARTS.filter((part) => raw[part].trim()).map((part) =>
			(part === 'country' ? countryName(raw[part]) : raw[part]));
	if (field.type === 'wallet')
		return raw.network ? [t('form.network.' + raw.network),
			raw.address] : [raw.address];
	if (field.type === 'choice')
		return listChoices(field).filter((c) => c.value === raw)
			.map((c) => c.label);
	if (field.type === 'country')
		return [countryName(raw)];
	return [field.type === 'date' ? dateText(raw) : raw];
}

/* A hint about limits, or null. */
export function limitHint(field) {
	const limited = field.type === 'number' || field.type === 'date';
	return limited && (has(field.min) || has(field.max)) ? limitWords(field) : null;
}
