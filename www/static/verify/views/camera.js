// SPDX-License-Identifier: GPL-3.0-or-later
/* The live camera with its guide: a frame for documents, an oval for faces. */

import { button, h, icon, messageBox } from '../dom.js';
import { openCamera } from '../camera.js';
import { captureFrame } from '../image.js';
import { t } from '../i18n.js';

function finder(what) {
	const video = h('video', { class: 'live', playsinline: true,
		autoplay: true, 'aria-label': t('camera.live') });
	video.muted = true;
	const wait = h('div', { class: 'finder-wait' },
		h('div', { class: 'spinner' }),
		h('p', { role: 'status' }, t('camera.opening')));
	const box = h('div', { class: 'finder ' + what.shape },
		video,
		h('div', { class: 'guide', 'aria-hidden': 'true' },
			h('span', { class: 'corner a' }), h('span', { class: 'corner b' }),
			h('span', { class: 'corner c' }), h('span', { class: 'corner d' })),
		wait);
	return { video, wait, box };
}

/* callbacks: mount(view), taken(blob), failed(reason), back(). */
export class CameraStage {
	constructor(what, callbacks) {
		this.what = what;
		this.callbacks = callbacks;
		this.camera = null;
		this.left = false;
		this.finder = finder(what);
		this.box = messageBox();
		this.shutter = button([icon('camera'), t('action.shoot')],
			'primary', () => this.shoot(), { 'aria-disabled': 'true' });
		this.other = button([icon('switch'), t('action.switch')],
			'quiet', () => this.change());
		this.other.hidden = true;
	}

	mount() {
		const what = this.what;
		this.callbacks.mount({
			name: 'camera',
			heading: t('side.' + what.name + '.title'),
			nodes: [this.finder.box, h('p', { class: 'finder-hint' },
				t('camera.hint.' + what.shape)), this.box.node],
			actions: [this.shutter, this.other],
			back: this.callbacks.back,
			destroy: () => this.leave(),
		});
	}

	leave() {
		this.left = true;
		this.finder.video.srcObject = null;
		if (this.camera)
			this.camera.stop();
		this.camera = null;
	}

	/* Shows a camera that open() resolves to, or tells why it can't. */
	async attach(open) {
		let camera;
		try {
			camera = await open();
		} catch (error) {
			if (!this.left)
				this.callbacks.failed(error.reason || 'failed');
			return;
		}
		if (this.left) {
			camera.stop();
			return;
		}
		this.camera = camera;
		camera.onend(() => this.callbacks.failed('taken'));
		this.other.hidden = camera.cameras < 2;
		await this.play(camera);
	}

	async play(camera) {
		const video = this.finder.video;
		const front = camera.facing ? camera.facing === 'user' :
			this.what.selfie;
		video.classList.toggle('mirror', front && this.what.selfie);
		video.srcObject = camera.stream;
		try {
			await video.play();
		} catch (e) {
			/* Left in the meantime, or autoplay does it by itself. */
		}
		this.finder.wait.hidden = true;
		this.shutter.removeAttribute('aria-disabled');
	}

	change() {
		const before = this.camera;
		if (!before)
			return null;
		this.camera = null;
		this.shutter.setAttribute('aria-disabled', 'true');
		this.finder.wait.hidden = false;
		return this.attach(() => before.next());
	}

	async shoot() {
		this.box.hide();
		let blob;
		try {
			blob = await captureFrame(this.finder.video,
				this.what.options.max_bytes);
		} catch (error) {
			this.box.show(t('camera.no_frame'));
			return;
		}
		if (!this.left)
			this.callbacks.taken(blob);
	}

	open() {
		this.mount();
		return this.attach(() => openCamera(
			this.what.selfie ? 'user' : 'environment'));
	}
}

export function cameraStage(what, callbacks) {
	return new CameraStage(what, callbacks).open();
}
