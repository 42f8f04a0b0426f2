// SPDX-License-Identifier: GPL-3.0-or-later
/* Dead ends: a wrong link, an ended one, an unknown step. */

import { button, h, picture } from '../dom.js';
import { t } from '../i18n.js';

const DRAWINGS = { not_found: 'link', ended: 'clock', broken: 'link',
	unknown: 'form' };

/* problem: not_found, ended, broken, unknown */
export function messageView(app, problem) {
	const who = app.who;
	const view = {
		name: 'problem',
		heading: t('problem.' + problem + '.title'),
		nodes: [
			picture(DRAWINGS[problem]),
			h('p', { class: 'lead' },
				t('problem.' + problem + '.text', { who })),
		],
		actions: problem === 'broken' ? [button(t('action.reload'),
			'primary', () => location.reload())] : [],
	};
	if (problem !== 'unknown')
		return view;
	app.mount(view);
	return null;
}
