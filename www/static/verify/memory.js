// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the page knows and the server doesn't yet: the kind and the country
 * chosen, which sides were settled, which steps were put off. These outlive a
 * reload; they are kept by session, never by token. Photos and what was typed
 * into forms (typed; ready: to be sent from the review; errors: what the
 * server said of it) are in memory only, never in the browser's storage.
 */

const KEPT = ['kind', 'country', 'settled', 'later'];

function load(name) {
	try {
		return JSON.parse(sessionStorage.getItem(name)) || {};
	} catch (e) {
		return {};
	}
}

export function openMemory(sessionId) {
	const name = 'vouchsafe.' + sessionId;
	const kept = load(name);
	const memory = { photos: {}, pending: {}, typed: {}, ready: {},
		errors: {} };
	KEPT.forEach((k) => {
		memory[k] = kept[k] || {};
	});
	memory.save = () => {
		const copy = {};
		KEPT.forEach((k) => {
			copy[k] = memory[k];
		});
		try {
			sessionStorage.setItem(name, JSON.stringify(copy));
		} catch (e) {
			/* Storage may be off; a reload then asks again. */
		}
	};
	memory.forget = () => {
		memory.typed = {};
		memory.ready = {};
		try {
			sessionStorage.removeItem(name);
		} catch (e) {
			/* Nothing was kept then. */
		}
	};
	return memory;
}

/* A photo with an address to show it; dropped with releasePhoto. */
export function makePhoto(blob, name) {
	return { blob, name, type: blob.type, url: URL.createObjectURL(blob) };
}

export function releasePhoto(photo) {
	if (photo)
		URL.revokeObjectURL(photo.url);
}
