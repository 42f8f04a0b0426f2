// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Liveness: how it goes, the actions before the camera, a look at the frames,
 * then the upload. Without a camera: a code to go on with a phone.
 */

import { button, h, icon, messageBox, picture } from '../dom.js';
import { cameraObstacle } from '../camera.js';
import { fingerprint } from '../flow.js';
import { t } from '../i18n.js';
import { releasePhoto } from '../memory.js';
import { readyToSend, settle } from '../steps.js';
import { ActionCamera, actionText } from './action.js';
import { phonePanel } from './phone.js';
import { progressBar } from './preview.js';

const FRAME_MAX = 15 * 1024 * 1024;
/* The challenge is over, or unknown. */
const OVER = [404, 409, 410];

/* Unix seconds or ISO 8601, as milliseconds. */
function timeOf(text) {
	return typeof text === 'number' ? text * 1000 : Date.parse(text);
}

function lastId(step) {
	const docs = step.documents || [];
	return docs.length ? docs[docs.length - 1].doc_id : '';
}

class Liveness {
	constructor(app) {
		this.app = app;
		this.step = app.step();
		this.page = app.page;
		this.back = app.backTo(app.editing ? 'review' : null);
	}

	get maxBytes() {
		return (this.step.options || {}).max_bytes || FRAME_MAX;
	}

	/* The server has the frames: go on, or do it again. */
	showSent() {
		this.app.mount({
			name: 'sent',
			heading: t('liveness.title'),
			nodes: [picture('received'), h('p', { class: 'good' },
				icon('check'), h('span', null, t('liveness.sent')))],
			actions: [
				button(t('action.continue'), 'primary',
					() => this.app.next()),
				button(t('action.again'), 'secondary',
					() => this.showIntro()),
			],
			back: this.back,
		});
	}

	showIntro(problem) {
		const obstacle = cameraObstacle();
		if (obstacle) {
			this.showNoCamera(obstacle);
			return;
		}
		const box = messageBox();
		this.app.mount({
			name: 'intro',
			step: this.step,
			heading: t('liveness.title'),
			nodes: [
				picture('selfie'),
				h('p', { class: 'lead' }, t('liveness.lead')),
				h('ul', { class: 'tips' }, ['light', 'face', 'alone', 'able']
					.map((name) => h('li', null, icon('check'),
						h('span', null, t(name === 'able' ?
							'liveness.able' : 'tip.' + name))))),
				box.node,
			],
			actions: [button([icon('camera'), t('liveness.begin')],
				'primary', () => this.showCamera({ frames: [] }))],
			back: this.back,
		});
		if (problem)
			box.show(problem);
	}

	showNoCamera(reason) {
		const before = fingerprint(this.app.session);
		const phone = phonePanel(this.app, (session) => {
			if (fingerprint(session) === before)
				return;
			this.app.adopt(session);
			this.app.go('follow');
		});
		const again = reason !== 'insecure' && reason !== 'unsupported';
		this.app.mount({
			name: 'files',
			step: this.step,
			heading: t('liveness.title'),
			nodes: [
				h('div', { class: 'explain', role: 'status' },
					icon('alert'), h('div', null,
						h('p', null, t('camera.error.' + reason)),
						h('p', null, t('liveness.needs_camera')))),
				phone.panel,
			],
			actions: [again ? button(t('action.camera_again'), 'primary',
				() => this.showCamera({ frames: [] })) : null],
			back: this.back,
			destroy: phone.destroy,
		});
	}

	async begin() {
		try {
			const told = await this.app.api.startLiveness(
				this.step.step_id);
			return this.keep({ id: told.challenge_id, frames: [],
				actions: told.actions, until: timeOf(told.expires_at) });
		} catch (error) {
			if (!await this.app.handled(error))
				this.showIntro(this.app.errorText(error));
			return null;
		}
	}

	/* For when the language is changed meanwhile. */
	keep(live) {
		this.app.memory.pending = { page: this.page, live };
		return live;
	}

	showCamera(live) {
		return new ActionCamera(live, {
			mount: (view) => this.app.mount(view),
			begin: () => this.begin(),
			done: () => this.showFrames(this.app.memory.pending.live),
			failed: (reason) => this.showNoCamera(reason),
			back: () => this.showIntro(),
		}, this.maxBytes).open();
	}

	frame(live, i) {
		const name = actionText(live.actions[i]);
		return h('figure', { class: 'thumb' },
			h('img', { src: live.frames[i].url,
				alt: t('liveness.frame', { index: i + 1 }) }),
			h('figcaption', null, h('span', { class: 'thumb-name' }, name),
				h('button', { type: 'button', class: 'link',
					'aria-label': t('liveness.retake', { index: i + 1 }),
					onclick: () => {
						releasePhoto(live.frames[i]);
						live.frames[i] = null;
						this.showCamera(live);
					} }, t('action.retake'))));
	}

	/* A look at all of them, before they are sent. */
	showFrames(live) {
		const box = messageBox();
		const bar = progressBar();
		const state = { left: false };
		this.app.mount({
			name: 'preview',
			heading: t('liveness.look'),
			nodes: [
				h('p', { class: 'lead' }, t('liveness.look_lead')),
				h('div', { class: 'thumbs' },
					live.actions.map((a, i) => this.frame(live, i))),
				bar.node, box.node,
			],
			actions: [button(t('action.use_all'), 'primary',
				() => this.send(live, { box, bar, state }))],
			back: () => this.showIntro(),
			destroy: () => {
				state.left = true;
			},
		});
	}

	async send(live, view) {
		const { app } = this;
		if (live.until && live.until < Date.now()) {
			this.restart(live, t('liveness.expired'));
			return;
		}
		const before = lastId(this.step);
		view.box.hide();
		view.bar.set(0);
		view.bar.node.hidden = false;
		try {
			await app.api.sendFrames(live.id,
				live.frames.map((f) => f.blob), view.bar.set);
			app.adopt(await app.api.get());
		} catch (error) {
			await this.refused(error, live, before, view);
			return;
		} finally {
			view.bar.node.hidden = true;
		}
		this.drop(live);
		if (!view.state.left)
			this.accept();
	}

	/* 409 may also mean that an answer was lost on the way. */
	async refused(error, live, before, view) {
		const { app } = this;
		if (!OVER.includes(error.status)) {
			if (!await app.handled(error) && !view.state.left)
				view.box.show(app.errorText(error));
			return;
		}
		try {
			app.adopt(await app.api.get());
		} catch (gone) {
			if (!await app.handled(gone))
				throw gone;
			return;
		}
		const arrived = lastId(app.step()) !== before;
		this.drop(live);
		if (view.state.left)
			return;
		this.step = app.step();
		if (arrived)
			this.accept();
		else
			this.restart(live, t('liveness.expired'));
	}

	drop(live) {
		live.frames.forEach(releasePhoto);
		this.app.memory.pending = {};
	}

	restart(live, problem) {
		this.drop(live);
		this.showIntro(problem);
	}

	accept() {
		const { app } = this;
		const docs = (app.step() || {}).documents || [];
		if (docs.length)
			settle(docs[docs.length - 1], app.memory, 'new');
		app.memory.save();
		app.proceed();
	}

	run() {
		const { memory } = this.app;
		const { live, page } = memory.pending;
		if (live && page === this.page) {
			if (live.actions.every((a, i) => live.frames[i]))
				this.showFrames(live);
			else
				this.showCamera(live);
		} else if (readyToSend(this.step, memory) &&
				this.app.editing !== this.page) {
			this.showSent();
		} else {
			this.showIntro();
		}
	}
}

export function livenessView(app) {
	new Liveness(app).run();
}
