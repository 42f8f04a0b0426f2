// SPDX-License-Identifier: GPL-3.0-or-later
/* Tries again what failed for a passing reason, until it works. */

const FIRST_MS = 1000;
const LONGEST_MS = 20000;

let wake = null;

/* Ends the present wait at once (the "try now" button, `online`). */
export function tryNow() {
	if (wake)
		wake();
}

window.addEventListener('online', tryNow);

function pause(ms) {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		const before = wake;
		wake = () => {
			clearTimeout(timer);
			if (before)
				before();
			resolve();
		};
	});
}

function delayOf(error, attempt) {
	if (error.retryAfter)
		return Math.min(error.retryAfter * 1000, 60000);
	const base = Math.min(FIRST_MS * Math.pow(2, attempt), LONGEST_MS);
	return base * (0.75 + Math.random() / 2);
}

/*
 * Runs work() until it resolves or fails for good (error.passing not set).
 * notify(reason) tells why it waits ("offline", "busy", "network"), notify(null)
 * that it no longer does.
 */
export async function keepTrying(work, notify) {
	for (let attempt = 0; ; attempt += 1) {
		try {
			const result = await work();
			notify(null);
			return result;
		} catch (error) {
			if (!error.passing) {
				notify(null);
				throw error;
			}
			const offline = navigator.onLine === false;
			notify(offline ? 'offline' : error.passing);
			await pause(delayOf(error, attempt));
			wake = null;
		}
	}
}
