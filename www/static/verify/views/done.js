// SPDX-License-Identifier: GPL-3.0-or-later
/* The end: what happens next. */

import { h, icon, picture } from '../dom.js';
import { t } from '../i18n.js';

const WORDS = { approved: 'approved', rejected: 'rejected' };

function nextSteps(app) {
	return h('ol', { class: 'nexts' }, ['check', 'tell', 'close'].map((name) =>
		h('li', null, icon('next-' + name),
			h('span', null, t('done.next.' + name, { who: app.who })))));
}

export function doneView(app) {
	const kind = WORDS[app.session.status] || 'received';
	if (app.memory)
		app.memory.forget();
	app.mount({
		name: 'done',
		heading: t('done.' + kind + '.title'),
		nodes: [
			picture(kind === 'rejected' ? 'form' : 'done'),
			h('p', { class: 'lead' },
				t('done.' + kind + '.lead', { who: app.who })),
			kind === 'received' ? h('h2', { class: 'label' },
				t('done.next')) : null,
			kind === 'received' ? nextSteps(app) : null,
		],
	});
}
