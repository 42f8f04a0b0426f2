// SPDX-License-Identifier: GPL-3.0-or-later
/* The end: what happens next. */

import { h, icon, picture } from '../dom.js';
import { t } from '../i18n.js';

const WORDS = { approved: 'approved', rejected: 'rejected',
	failed: 'failed' };

/* The way back to whom it was done for; never without a click. */
function returnLink(app) {
	const url = app.session.redirect_url;
	if (!url || !/^https?:\/\//i.test(url))
		return null;
	return h('a', { class: 'button primary', href: url,
		rel: 'noreferrer noopener' },
	app.brand ? t('done.return', { who: app.brand }) :
		t('done.return_plain'));
}

/* `completed`: nothing is checked yet, and it may be that somebody starts it
 * by hand. */
function nextKey(app, name) {
	return name === 'check' && app.session.status === 'completed' ?
		'done.next.later' : 'done.next.' + name;
}

function nextSteps(app) {
	return h('ol', { class: 'nexts' }, ['check', 'tell', 'close'].map((name) =>
		h('li', null, icon('next-' + name),
			h('span', null, t(nextKey(app, name), { who: app.who })))));
}

export function doneView(app) {
	const kind = WORDS[app.session.status] || 'received';
	if (app.memory)
		app.memory.forget();
	app.mount({
		name: 'done',
		heading: t('done.' + kind + '.title'),
		nodes: [
			picture(kind === 'rejected' || kind === 'failed' ? 'form' : 'done'),
			h('p', { class: 'lead' },
				t('done.' + kind + '.lead', { who: app.who })),
			kind === 'received' ? h('h2', { class: 'label' },
				t('done.next')) : null,
			kind === 'received' ? nextSteps(app) : null,
		],
		actions: [returnLink(app)],
	});
}
