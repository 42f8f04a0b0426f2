// SPDX-License-Identifier: GPL-3.0-or-later
/* "Is everything readable?": use it and send it, or take another. */

import { button, h, icon, messageBox, newId } from '../dom.js';
import { percent, t } from '../i18n.js';
import { watchQuality } from '../quality.js';

/* Answers that mean this very photo can't be taken. */
const REFUSED = [400, 413, 415];

function shownPhoto(what, photo) {
	if (photo.type === 'application/pdf')
		return h('div', { class: 'paper' }, icon('form'),
			h('span', { dir: 'auto' }, photo.name));
	return h('img', { class: 'shot', src: photo.url,
		alt: t('shot.' + what.name) });
}

/* {node, set(share), wait(text)}: how much has been sent. */
export function progressBar() {
	const id = newId('sending');
	const bar = h('progress', { max: '1', value: '0', id });
	const text = h('span');
	const said = h('p', { class: 'visually-hidden', role: 'status' });
	const node = h('div', { class: 'sending', hidden: true },
		h('label', { for: id }, text), bar, said);
	return {
		node,
		/* All is sent; something else goes on for an unknown time. */
		wait(what) {
			bar.removeAttribute('value');
			text.textContent = what;
			said.textContent = what;
		},
		set(share) {
			said.textContent = '';
			bar.value = share;
			text.textContent = share < 1 ?
				t('upload.progress', { share: percent(share) }) :
				t('upload.finishing');
		},
	};
}

function checks(what) {
	const list = what.selfie ? ['face', 'sharp'] : ['text', 'whole', 'glare'];
	return h('ul', { class: 'tips questions' }, list.map((name) =>
		h('li', null, t('preview.' + name))));
}

function fields(what) {
	const list = { step_id: what.step.step_id,
		type: what.type, side: what.side };
	if (what.kind)
		list.document_kind = what.kind;
	return list;
}

/*
 * callbacks: mount(view), retake(), sent(doc), which is to remember it, and
 * looked(doc) to go on, when its quality is known or takes too long.
 */
export function previewStage(what, photo, callbacks) {
	const { app } = what;
	const box = messageBox();
	const bar = progressBar();
	let left = false;
	let sending = false;

	async function send() {
		sending = true;
		box.hide();
		bar.set(0);
		bar.node.hidden = false;
		retake.hidden = true;
		try {
			const doc = await app.api.upload(fields(what), photo.blob,
				photo.name, (share) => bar.set(share));
			if (left)
				return;
			callbacks.sent(doc);
			bar.wait(t('quality.checking'));
			doc.quality = await watchQuality(app.api, doc);
			if (!left)
				callbacks.looked(doc);
		} catch (error) {
			if (left || await app.handled(error))
				return;
			box.show(app.errorText(error));
			if (REFUSED.includes(error.status))
				offerAnother();
		} finally {
			sending = false;
			bar.node.hidden = true;
			retake.hidden = false;
		}
	}

	/* The same photo would be refused again. */
	function offerAnother() {
		use.remove();
		retake.hidden = false;
		retake.className = 'button primary';
		retake.focus();
	}

	const use = button(t('action.use'), 'primary', send);
	const retake = button(t('action.retake'), 'secondary', callbacks.retake);
	callbacks.mount({
		name: 'preview',
		heading: t(what.selfie ? 'preview.title_selfie' : 'preview.title'),
		nodes: [shownPhoto(what, photo), checks(what), bar.node, box.node],
		actions: [use, retake],
		back: () => {
			if (!sending)
				callbacks.retake();
		},
		destroy: () => {
			left = true;
		},
	});
}
