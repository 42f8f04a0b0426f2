// SPDX-License-Identifier: GPL-3.0-or-later
/* On the desktop: shows how far the phone has come. */

import { button, h, picture } from '../dom.js';
import { fingerprint } from '../flow.js';
import { t } from '../i18n.js';
import { poll } from '../poll.js';
import { isFinished } from '../steps.js';
import { stepList } from './start.js';

export function followView(app) {
	const list = h('div', { 'aria-live': 'polite' }, stepList(app));
	let known = fingerprint(app.session);
	const stop = poll(app, (session) => {
		const now = fingerprint(session);
		if (now === known)
			return;
		known = now;
		app.adopt(session);
		if (isFinished(session)) {
			app.go('done', true);
			return;
		}
		list.textContent = '';
		list.append(stepList(app));
	});
	app.mount({
		name: 'follow',
		heading: t('follow.title'),
		nodes: [picture('phone'), h('p', { class: 'lead' },
			t('follow.lead')), list],
		actions: [button(t('follow.here'), 'secondary', () => app.next())],
		destroy: stop,
	});
}
