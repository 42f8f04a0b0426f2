// SPDX-License-Identifier: GPL-3.0-or-later
/* Asks the session's state now and then, while the page is seen. */

import { fingerprint } from './flow.js';

const FIRST_MS = 3000;
const LONGEST_MS = 20000;
/* So many answers without news until the pauses grow. */
const PATIENCE = 20;

/*
 * Calls onAnswer(session) for every answer; returns a function that stops it.
 * An ended link ends the page.
 */
export function poll(app, onAnswer) {
	let timer = 0;
	let stopped = false;
	let quiet = 0;
	let pause = FIRST_MS;
	let known = fingerprint(app.session);

	function pace(session) {
		const now = fingerprint(session);
		quiet = now === known ? quiet + 1 : 0;
		known = now;
		if (quiet === 0)
			pause = FIRST_MS;
		else if (quiet > PATIENCE)
			pause = Math.min(pause * 1.3, LONGEST_MS);
	}

	function plan() {
		clearTimeout(timer);
		if (!stopped && !document.hidden)
			timer = setTimeout(ask, pause);
	}

	function failed(error) {
		if (error.status === 404 || error.status === 410) {
			app.stop(error.status === 404 ? 'not_found' : 'ended');
			return;
		}
		pause = Math.min(Math.max(pause * 1.5,
			(error.retryAfter || 0) * 1000), 60000);
		plan();
	}

	async function ask() {
		let session;
		try {
			session = await app.api.peek();
		} catch (error) {
			if (!stopped)
				failed(error);
			return;
		}
		if (stopped)
			return;
		pace(session);
		onAnswer(session);
		plan();
	}

	function seen() {
		if (document.hidden) {
			clearTimeout(timer);
			return;
		}
		pause = FIRST_MS;
		quiet = 0;
		plan();
	}

	document.addEventListener('visibilitychange', seen);
	plan();
	return () => {
		stopped = true;
		clearTimeout(timer);
		document.removeEventListener('visibilitychange', seen);
	};
}
