// SPDX-License-Identifier: GPL-3.0-or-later
/* What the server says of a photo, asked for a moment after it was sent. */

import { has, t } from './i18n.js';

/* Whoever has to wait longer goes on: the photo is checked later as well. */
const PATIENCE_MS = 2000;
const FIRST_MS = 120;
const PAUSE_MS = 200;

function wait(ms) {
	return new Promise((resolve) => {
		setTimeout(resolve, ms);
	});
}

function isPending(quality) {
	return Boolean(quality) && quality.status === 'pending';
}

/* The document's quality as it is known in time: pending where it is not. */
export async function watchQuality(api, doc) {
	let quality = { status: 'pending' };
	let ended = false;

	async function ask() {
		await wait(FIRST_MS);
		while (!ended && isPending(quality)) {
			try {
				quality = (await api.quality(doc.doc_id)).quality;
			} catch (error) {
				if (!error.passing)
					return;
			}
			if (isPending(quality))
				await wait(PAUSE_MS);
		}
	}

	await Promise.race([ask(), wait(PATIENCE_MS)]);
	ended = true;
	return quality;
}

/* Something is wrong with it that another photo could mend. */
export function isPoor(doc) {
	const quality = doc && doc.quality;
	return Boolean(quality) && quality.status === 'done' &&
		quality.verdict !== 'clear';
}

/* Nobody has looked at it yet. */
export function isOpen(doc) {
	const quality = doc && doc.quality;
	return Boolean(quality) && quality.status !== 'done';
}

export function flawText(quality) {
	const key = 'quality.' + quality.flaw;
	return has(key) ? t(key) : quality.sentence || t('quality.unreadable');
}
