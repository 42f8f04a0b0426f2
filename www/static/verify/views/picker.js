// SPDX-License-Identifier: GPL-3.0-or-later
/* Choosing a file: a button, drag and drop, or the phone's own camera. */

import { button, h, icon, newId } from '../dom.js';
import { isHandheld } from '../camera.js';
import { ImageError, prepareFile } from '../image.js';
import { megabytes, t } from '../i18n.js';
import { makePhoto } from '../memory.js';

function hiddenInput(what, capture) {
	const types = what.options.media_types || [];
	return h('input', {
		type: 'file', class: 'visually-hidden', tabindex: '-1',
		'aria-hidden': 'true',
		accept: capture ? 'image/*' : types.join(','),
		capture: capture ? (what.selfie ? 'user' : 'environment') : null,
	});
}

/* A button with its file input; take(file) gets what was picked. */
function fileButton(what, label, kind, capture, take) {
	const input = hiddenInput(what, capture);
	const node = h('div', { class: 'file-button' }, input,
		button(label, kind, () => input.click()));
	input.addEventListener('change', () => {
		const file = input.files[0];
		input.value = '';
		if (file)
			take(file);
	});
	return node;
}

function listenDrop(zone, take) {
	const over = (event) => {
		event.preventDefault();
		zone.classList.add('over');
	};
	const out = () => zone.classList.remove('over');
	zone.addEventListener('dragenter', over);
	zone.addEventListener('dragover', over);
	zone.addEventListener('dragleave', out);
	zone.addEventListener('drop', (event) => {
		event.preventDefault();
		out();
		const file = event.dataTransfer.files[0];
		if (file)
			take(file);
	});
}

function dropZone(what, prominent, take) {
	const id = newId('drop');
	const zone = h('div', { class: prominent ? 'drop large' : 'drop',
		role: 'group', 'aria-labelledby': id },
	icon('upload'),
	h('div', null,
		h('p', { id, class: 'drop-title' }, t('file.drop')),
		h('p', { class: 'hint' }, t(what.selfie ? 'file.types_photo' :
			'file.types', { size: megabytes(what.options.max_bytes) }))));
	listenDrop(zone, take);
	return zone;
}

/*
 * {button, drop, take}: drop only with a mouse, take (the phone's own camera)
 * only on phones and when files are the only way. onphoto(photo),
 * onerror(ImageError).
 */
export function filePicker(what, prominent, onphoto, onerror) {
	const handheld = isHandheld();
	let busy = false;

	async function take(file) {
		if (busy)
			return;
		busy = true;
		try {
			const ready = await prepareFile(file, what.options);
			onphoto(makePhoto(ready.blob, ready.name));
		} catch (error) {
			onerror(error.imageCode ? error : new ImageError('unreadable'));
		} finally {
			busy = false;
		}
	}

	const native = handheld && prominent;
	return {
		button: fileButton(what, [icon('upload'), t('action.file')],
			prominent && !native ? 'primary' : 'secondary', false, take),
		drop: handheld ? null : dropZone(what, prominent, take),
		take: native ? fileButton(what, [icon('camera'),
			t('action.camera')], 'primary', true, take) : null,
	};
}
