// SPDX-License-Identifier: GPL-3.0-or-later
/* Languages: texts, plurals, numbers, dates and names of countries. */

const BASE = '/static/verify/i18n/';
const FALLBACK = 'en';
const REMEMBER = 'vouchsafe.language';
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

const current = { code: FALLBACK, dir: 'ltr', texts: {}, fallback: {} };
let languages = [];
let regionNames = null;

async function fetchJson(name) {
	const answer = await fetch(BASE + name, { credentials: 'omit' });
	if (!answer.ok)
		throw new Error('i18n ' + answer.status);
	return answer.json();
}

function remembered() {
	try {
		return localStorage.getItem(REMEMBER);
	} catch (e) {
		return null;
	}
}

function remember(code) {
	try {
		localStorage.setItem(REMEMBER, code);
	} catch (e) {
		/* Storage may be off; the choice then lasts for this page. */
	}
}

function match(wanted) {
	if (!wanted)
		return null;
	const tag = String(wanted).toLowerCase().replace(/_/g, '-');
	const found = languages.find((l) => l.code.toLowerCase() === tag) ||
		languages.find((l) => l.code.toLowerCase() === tag.split('-')[0]);
	return found ? found.code : null;
}

/* The best language we have: chosen before, the session's, the browser's. */
export function pickLanguage(sessionLocale) {
	const wishes = [remembered(), sessionLocale].concat(
		Array.from(navigator.languages || [navigator.language]));
	for (let i = 0; i < wishes.length; i += 1) {
		const code = match(wishes[i]);
		if (code)
			return code;
	}
	return FALLBACK;
}

export async function loadLanguages() {
	languages = await fetchJson('index.json');
	current.fallback = await fetchJson(FALLBACK + '.json');
}

export function listLanguages() {
	return languages;
}

export function language() {
	return current.code;
}

function makeRegionNames(code) {
	try {
		return new Intl.DisplayNames([code], { type: 'region' });
	} catch (e) {
		return null;
	}
}

/* Switches the page to a listed language. */
export async function useLanguage(code, chosen) {
	const entry = languages.find((l) => l.code === code);
	const texts = code === FALLBACK ?
		current.fallback : await fetchJson(code + '.json');
	current.code = code;
	current.dir = entry.dir;
	current.texts = texts;
	regionNames = makeRegionNames(code);
	document.documentElement.lang = code;
	document.documentElement.dir = entry.dir;
	if (chosen)
		remember(code);
}

function noteMissing(key) {
	const root = document.documentElement;
	const seen = (root.dataset.missing || '').split(' ').filter(Boolean);
	if (!seen.includes(key))
		root.dataset.missing = seen.concat(key).join(' ');
}

export function has(key) {
	return current.texts[key] !== undefined ||
		current.fallback[key] !== undefined;
}

/* Keys that begin with prefix, in the order of the file. */
export function keysUnder(prefix) {
	return Object.keys(current.fallback).filter((k) => k.startsWith(prefix));
}

function plural(forms, count) {
	const rule = new Intl.PluralRules(current.code).select(count);
	return forms[rule] !== undefined ? forms[rule] : forms.other;
}

/* Names and numbers are isolated, so that they keep their own direction. */
function fill(text, values) {
	return text.replace(/\{(\w+)\}/g, (whole, name) => {
		if (values[name] === undefined)
			return whole;
		const v = values[name];
		const shown = typeof v === 'number' ? number(v) : String(v);
		return ISOLATE + shown + END_ISOLATE;
	});
}

/*
 * The text of a key; values fill {name}; values.count picks the plural. A key
 * that the language lacks is noted on <html data-missing>; one that English
 * lacks too is shown between brackets.
 */
export function t(key, values) {
	let text = current.texts[key];
	if (text === undefined) {
		noteMissing(key);
		text = current.fallback[key];
	}
	if (text === undefined)
		return '⟦' + key + '⟧';
	if (typeof text === 'object')
		text = plural(text, (values || {}).count);
	return values ? fill(text, values) : text;
}

/* The page's language with the reader's region, for numbers and dates. */
function formatTag() {
	const own = Array.from(navigator.languages || []).find((tag) =>
		tag.split('-')[0] === current.code.split('-')[0]);
	return own || current.code;
}

export function number(value) {
	return new Intl.NumberFormat(formatTag()).format(value);
}

export function percent(share) {
	return new Intl.NumberFormat(formatTag(), { style: 'percent' })
		.format(share);
}

export function megabytes(bytes) {
	const size = bytes / 1048576;
	return new Intl.NumberFormat(formatTag(), {
		maximumFractionDigits: size < 10 ? 1 : 0 }).format(size);
}

export function dateTime(unixSeconds) {
	return new Intl.DateTimeFormat(formatTag(), {
		day: 'numeric', month: 'long', year: 'numeric',
		hour: 'numeric', minute: '2-digit',
	}).format(new Date(unixSeconds * 1000));
}

/* A day of the calendar: a Date, or YYYY-MM-DD as it was typed. */
export function dateText(day) {
	const typed = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
	const date = typed ? new Date(2000, typed[2] - 1, typed[3]) : day;
	if (typed)
		date.setFullYear(Number(typed[1]));
	return new Intl.DateTimeFormat(formatTag(), {
		calendar: 'gregory', day: 'numeric', month: 'long',
		year: 'numeric' }).format(date);
}

export function countryName(code) {
	try {
		return (regionNames && regionNames.of(code)) || code;
	} catch (e) {
		return code;
	}
}
