// SPDX-License-Identifier: GPL-3.0-or-later
/* Dead ends: a wrong link, an ended one, a broken answer. */

import { button, h, picture } from '../dom.js';
import { t } from '../i18n.js';

const DRAWINGS = { not_found: 'link', ended: 'clock', broken: 'link' };

/* problem: not_found, ended, broken */
export function messageView(app, problem) {
	return {
		name: 'problem',
		heading: t('problem.' + problem + '.title'),
		nodes: [
			picture(DRAWINGS[problem]),
			h('p', { class: 'lead' },
				t('problem.' + problem + '.text', { who: app.who })),
		],
		actions: problem === 'broken' ? [button(t('action.reload'),
			'primary', () => location.reload())] : [],
	};
}
