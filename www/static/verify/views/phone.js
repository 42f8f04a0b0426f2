// SPDX-License-Identifier: GPL-3.0-or-later
/* The code of this very link, to go on with a phone. */

import { h } from '../dom.js';
import { t } from '../i18n.js';
import { poll } from '../poll.js';

/*
 * {panel, destroy}: hidden until the code is there, then the session is asked
 * now and then, and every answer goes to onAnswer(session).
 */
export function phonePanel(app, onAnswer) {
	const image = h('img', { class: 'qr', alt: t('phone.alt'), width: 148,
		height: 148 });
	const panel = h('section', { class: 'phone', hidden: true,
		'aria-labelledby': 'phone-title' },
	h('div', { class: 'qr-frame' }, image),
	h('div', null,
		h('h2', { id: 'phone-title' }, t('phone.title')),
		h('p', null, t('phone.text'))));
	let stop = () => {};
	let address = '';
	app.api.qr().then((blob) => {
		if (address === null)
			return;
		address = URL.createObjectURL(blob);
		image.src = address;
		panel.hidden = false;
		stop = poll(app, onAnswer);
	}, () => { /* Without the code, this device still works. */ });
	const destroy = () => {
		stop();
		if (address)
			URL.revokeObjectURL(address);
		address = null;
	};
	return { panel, destroy };
}
