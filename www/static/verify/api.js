// SPDX-License-Identifier: GPL-3.0-or-later
/* The public API, by access token. The token stays inside this file. */

import { keepTrying } from './retry.js';

const ANSWER_MS = 30000;
const STALL_MS = 60000;
const PASSING = { 429: 'busy', 502: 'busy', 503: 'busy', 504: 'busy' };

export class ApiError extends Error {
	constructor(status, body, retryAfter) {
		super((body && body.message) || '');
		const details = (body && body.details) || {};
		this.status = status;
		this.code = (body && body.error) || '';
		this.fields = details.fields || {};
		this.passing = status === 0 ? 'network' : PASSING[status];
		this.retryAfter = Number(retryAfter) || 0;
	}

	/* {path below prefix: message}, of "form_data.": {"full_name": "…"}. */
	fieldsUnder(prefix) {
		const found = {};
		Object.keys(this.fields).forEach((path) => {
			const said = this.fields[path];
			if (path.startsWith(prefix))
				found[path.slice(prefix.length)] =
					Array.isArray(said) ? said[0] : said;
		});
		return found;
	}

	/* What the server says, the field's own message first. */
	text() {
		const names = Object.keys(this.fields);
		const list = names.length ? this.fields[names[0]] : null;
		return (Array.isArray(list) ? list[0] : list) || this.message;
	}
}

/* From /public/sessions/TOKEN or from the fragment; null without one. */
export function readToken(place) {
	const path = /^\/public\/sessions\/([^/]+)\/?$/.exec(place.pathname);
	const raw = path ? path[1] : place.hash.slice(1);
	return /^[A-Za-z0-9_.-]{8,4096}$/.test(raw) ? raw : null;
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch (e) {
		return null;
	}
}

/* fetch that gives up after a while and fails with an ApiError only. */
async function ask(url, options) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), ANSWER_MS);
	let answer;
	let text;
	try {
		answer = await fetch(url, Object.assign({
			credentials: 'omit', cache: 'no-store',
			referrerPolicy: 'no-referrer', signal: stop.signal,
		}, options));
		text = await answer.text();
	} catch (e) {
		throw new ApiError(0, null, 0);
	} finally {
		clearTimeout(timer);
	}
	if (!answer.ok)
		throw new ApiError(answer.status, parse(text),
			answer.headers.get('Retry-After'));
	return text;
}

async function askData(url, options) {
	const body = parse(await ask(url, options));
	if (!body || !body.data)
		throw new ApiError(502, null, 0);
	return body.data;
}

/* Rejects when nothing has moved for STALL_MS. */
function watchStall(xhr) {
	let timer = 0;
	const touch = () => {
		clearTimeout(timer);
		timer = setTimeout(() => xhr.abort(), STALL_MS);
	};
	touch();
	xhr.upload.addEventListener('progress', touch);
	xhr.addEventListener('loadend', () => clearTimeout(timer));
}

function sendForm(url, form, onProgress) {
	return new Promise((resolve, reject) => {
		const xhr = new XMLHttpRequest();
		xhr.open('POST', url);
		xhr.setRequestHeader('Accept', 'application/json');
		xhr.upload.addEventListener('progress', (event) => {
			if (event.lengthComputable)
				onProgress(event.loaded / event.total);
		});
		const lost = () => reject(new ApiError(0, null, 0));
		xhr.addEventListener('error', lost);
		xhr.addEventListener('abort', lost);
		xhr.addEventListener('load', () => {
			const body = parse(xhr.responseText);
			if (xhr.status >= 200 && xhr.status < 300 && body)
				resolve(body.data);
			else
				reject(new ApiError(xhr.status || 0, body,
					xhr.getResponseHeader('Retry-After')));
		});
		watchStall(xhr);
		xhr.send(form);
	});
}

function postJson(body, key) {
	const headers = { 'Accept': 'application/json',
		'Content-Type': 'application/json' };
	if (key)
		headers['Idempotency-Key'] = key;
	return { method: 'POST', headers, body: JSON.stringify(body) };
}

/* One for each click: a try after a lost answer makes nothing twice. */
function onceKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

async function askCode(base) {
	return new Blob([await ask(base + '/qr', {
		headers: { 'Accept': 'image/svg+xml' } })],
	{ type: 'image/svg+xml' });
}

/* The code of a link that this session handed out to somebody else. */
export function linkCode(token) {
	return askCode('/public/sessions/' + encodeURIComponent(token));
}

/* One session's API. notify(reason|null) is told about waits. */
export function openApi(token, notify) {
	const base = '/public/sessions/' + token;
	const asJson = { headers: { 'Accept': 'application/json' } };
	const keep = (work) => keepTrying(work, notify);

	return {
		get: () => keep(() => askData(base, asJson)),
		/* Without retries, for polling. */
		peek: () => askData(base, asJson),
		open: () => keep(() => askData(base + '/open', postJson({}))),
		complete: (stepId, body) => keep(() => askData(
			base + '/step/' + encodeURIComponent(stepId) + '/complete',
			postJson(body))),
		qr: () => askCode(base),
		upload: (fields, file, name, onProgress) => keep(() => {
			const form = new FormData();
			Object.keys(fields).forEach((k) => form.append(k, fields[k]));
			form.append('file', file, name);
			return sendForm(base + '/upload', form, onProgress);
		}),
		/* Without retries, for polling. */
		quality: (docId) => askData(base + '/documents/' +
			encodeURIComponent(docId) + '/quality', asJson),
		startLiveness: (stepId) => {
			const options = postJson({ step_id: stepId }, onceKey());
			return keep(() => askData(base + '/liveness/start', options));
		},
		/* frames: blobs, in the order of the challenge's actions. */
		sendFrames: (challengeId, frames, onProgress) => keep(() => {
			const form = new FormData();
			form.append('challenge_id', challengeId);
			frames.forEach((blob, i) => form.append('frames', blob,
				'frame-' + (i + 1) + '.jpg'));
			return sendForm(base + '/liveness/complete', form, onProgress);
		}),
		people: (stepId) => keep(() => askData(base +
			'/subsessions?step_id=' + encodeURIComponent(stepId), asJson)),
		addPerson: (body) => {
			const options = postJson(body, onceKey());
			return keep(() => askData(base + '/subsessions', options));
		},
	};
}
