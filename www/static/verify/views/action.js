// SPDX-License-Identifier: GPL-3.0-or-later
/* The camera of a liveness check: one action after the other, a frame each. */

import { button, h, icon } from '../dom.js';
import { captureFrame } from '../image.js';
import { has, t } from '../i18n.js';
import { makePhoto } from '../memory.js';
import { CameraStage } from './camera.js';

const COUNT_FROM = 3;
const BEEP_MS = 150;

export function actionText(action) {
	const key = 'liveness.act.' + action;
	return t(has(key) ? key : 'liveness.act.other');
}

export function actionIcon(action) {
	return icon(has('liveness.act.' + action) ? 'act-' + action :
		'kind-selfie');
}

function wait(ms) {
	return new Promise((resolve) => {
		setTimeout(resolve, ms);
	});
}

/* For closed eyes: a short sound and a buzz tell that the frame is taken. */
function signal() {
	try {
		if (navigator.vibrate)
			navigator.vibrate(BEEP_MS);
		const sound = new AudioContext();
		const tone = sound.createOscillator();
		tone.connect(sound.destination);
		tone.start();
		tone.stop(sound.currentTime + BEEP_MS / 1000);
		tone.onended = () => sound.close();
	} catch (e) {
		/* Silence is fine: the words say it too. */
	}
}

/*
 * live: {actions, frames} of a challenge, or without actions yet. callbacks
 * as of cameraStage, and: begin() resolves to live with its actions, or to
 * null when it can't; done() when all frames are there.
 */
export class ActionCamera extends CameraStage {
	constructor(live, callbacks, maxBytes) {
		super({ selfie: true, shape: 'oval', name: 'live',
			options: { max_bytes: maxBytes } }, callbacks);
		this.live = live;
		this.counting = false;
		this.shutter.replaceChildren(icon('camera'), t('action.ready'));
		this.told = h('div', { class: 'act', role: 'status' });
		this.count = h('div', { class: 'finder-count', hidden: true,
			role: 'status', 'aria-live': 'assertive' });
		this.finder.box.append(this.count);
		this.cannot = button(t('liveness.cannot'), 'quiet',
			() => this.take(), { 'aria-disabled': 'true' });
	}

	mount() {
		this.callbacks.mount({
			name: 'camera live-check',
			heading: t('liveness.title'),
			nodes: [this.told, this.finder.box, this.box.node],
			actions: [this.shutter, this.cannot, this.other],
			back: this.callbacks.back,
			destroy: () => this.leave(),
		});
	}

	/* The place of the first action without a frame; -1 when all have one. */
	get at() {
		return this.live.actions.findIndex((a, i) => !this.live.frames[i]);
	}

	tell() {
		const at = this.at;
		const action = this.live.actions[at];
		this.told.replaceChildren(
			h('span', { class: 'act-mark' }, actionIcon(action)),
			h('div', null,
				h('p', { class: 'act-count' }, t('liveness.count', {
					index: at + 1, total: this.live.actions.length })),
				h('p', { class: 'act-text' }, actionText(action))));
	}

	enable(on) {
		[this.shutter, this.cannot].forEach((b) => {
			if (on)
				b.removeAttribute('aria-disabled');
			else
				b.setAttribute('aria-disabled', 'true');
		});
	}

	/* The challenge begins when the camera works, not before. */
	async play(camera) {
		if (!this.live.actions) {
			const live = await this.callbacks.begin();
			if (this.left || !live)
				return;
			this.live = live;
		}
		this.tell();
		await super.play(camera);
		this.enable(true);
	}

	async shoot() {
		if (this.counting)
			return;
		this.counting = true;
		this.enable(false);
		this.count.hidden = false;
		for (let n = COUNT_FROM; n > 0 && !this.left; n -= 1) {
			this.count.textContent = String(n);
			await wait(1000);
		}
		this.count.hidden = true;
		this.counting = false;
		if (!this.left)
			await this.take();
	}

	/* A frame as it is now. */
	async take() {
		if (this.counting)
			return;
		this.box.hide();
		const at = this.at;
		let blob;
		try {
			blob = await captureFrame(this.finder.video,
				this.what.options.max_bytes);
		} catch (error) {
			this.enable(true);
			this.box.show(t('camera.no_frame'));
			return;
		}
		if (this.left)
			return;
		signal();
		this.live.frames[at] = makePhoto(blob, 'frame.jpg');
		if (this.at < 0) {
			this.callbacks.done();
			return;
		}
		this.tell();
		this.enable(true);
	}
}
