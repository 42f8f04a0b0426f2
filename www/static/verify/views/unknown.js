// SPDX-License-Identifier: GPL-3.0-or-later
/* A step that this page doesn't know: say so, and show a way on. */

import { button, h, picture } from '../dom.js';
import { hasOtherWork, putOff } from '../flow.js';
import { t } from '../i18n.js';

export function unknownView(app) {
	const step = app.step();
	const others = hasOtherWork(app.session, step, app.memory);
	const name = step.title ? h('p', { class: 'unknown-name', dir: 'auto' },
		step.title) : null;
	app.mount({
		name: 'problem',
		step,
		heading: t('problem.unknown.title'),
		nodes: [picture('form'), name, h('p', { class: 'lead' },
			t('problem.unknown.text', { who: app.who })),
		step.optional ? h('p', null, t('problem.unknown.skip')) : null],
		actions: [
			others ? button(t('action.others'), 'primary', () => {
				putOff(step, app.memory);
				app.next();
			}) : null,
			button(t('action.reload'), 'secondary',
				() => location.reload()),
		],
		back: app.backTo(),
	});
}
