// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One side of a document, or the selfie: how to do it, then the camera or a
 * file, then a look at it, then the upload.
 */

import { button, h, icon, messageBox, picture } from '../dom.js';
import { cameraObstacle } from '../camera.js';
import { megabytes, t } from '../i18n.js';
import { makePhoto, releasePhoto } from '../memory.js';
import { flawText, isOpen, isPoor } from '../quality.js';
import { documentCountry, documentKind, needsChoice, sentDocument, settle,
	sideDone, sidesOf } from '../steps.js';
import { cameraStage } from './camera.js';
import { filePicker } from './picker.js';
import { previewStage } from './preview.js';
import { ageNote } from './proof.js';

const TYPES = { document: 'id', selfie: 'selfie',
	proof_of_address: 'proof_of_address' };
const SHAPES = { selfie: 'oval', page: 'passport', proof: 'sheet' };
const DRAWINGS = { selfie: 'selfie', page: 'passport', proof: 'form',
	back: 'back' };
const TIPS = { selfie: ['light', 'face', 'alone'],
	proof: ['whole', 'address', 'sharp'] };

/* How the texts call a side. */
export function sideName(step, side, memory) {
	if (step.kind === 'selfie')
		return 'selfie';
	if (step.kind === 'proof_of_address')
		return 'proof';
	if (documentKind(step, memory) === 'passport')
		return 'page';
	return sidesOf(step, memory).length > 1 ? side : 'single';
}

/* What the stages need to know of the side they are for. */
function describe(app) {
	const step = app.step();
	const side = app.page.split(':')[2];
	const selfie = step.kind === 'selfie';
	const kind = selfie ? null : documentKind(step, app.memory);
	const both = sidesOf(step, app.memory).length > 1;
	const name = sideName(step, side, app.memory);
	return {
		app, step, side, selfie, kind, both, name,
		page: app.page,
		type: TYPES[step.kind],
		shape: SHAPES[name] || 'card',
		drawing: DRAWINGS[name] || 'front',
		options: step.options || {},
		photoKey: step.step_id + ':' + side,
	};
}

function fileErrorText(what, error) {
	return t('file.error.' + error.imageCode, {
		size: megabytes(what.options.max_bytes) });
}

function tips(what) {
	const list = TIPS[what.name] || ['corners', 'light', 'sharp'];
	return h('ul', { class: 'tips' }, list.map((name) =>
		h('li', null, icon('check'),
			h('span', null, t('tip.' + name)))));
}

/* How to do it; of a proof also what is taken, where nothing told it yet. */
function lead(what) {
	const text = h('p', { class: 'lead' },
		t('side.' + what.name + '.lead'));
	if (what.name !== 'proof' || needsChoice(what.step))
		return text;
	return [text, h('p', null, t(what.kind ? 'proof.text.' + what.kind :
		'proof.any')), ageNote(what.step)];
}

/* The server keeps a side that is asked again, if another one is replaced. */
function keepButton(what) {
	const doc = sentDocument(what.step, what.side, what.app.memory);
	if (!doc || !what.both || what.step.status !== 'needs_correction')
		return null;
	return button(t('action.keep'), 'quiet', () => {
		settle(doc, what.app.memory, 'kept');
		what.app.memory.save();
		what.app.next();
	});
}

function poorBox(doc) {
	return h('p', { class: 'explain', role: 'alert' }, icon('alert'),
		h('span', null, doc.quality.tries_left === 0 ? t('quality.last') :
			flawText(doc.quality)));
}

class Capture {
	constructor(app) {
		this.app = app;
		this.what = describe(app);
	}

	mount(view) {
		this.app.mount(view);
	}

	/* The photo that was sent, where this device has it. */
	sentPicture() {
		const photo = this.app.memory.photos[this.what.photoKey];
		return photo && photo.type.startsWith('image/') ?
			h('img', { class: 'shot', src: photo.url,
				alt: t('shot.' + this.what.name) }) : picture('received');
	}

	/* It is there, but poor: take it again, or leave it as it is. */
	showPoor(doc, retake) {
		const last = doc.quality.tries_left === 0;
		const goOn = () => this.app.next();
		this.mount({
			name: 'quality',
			heading: t(last ? 'quality.last_title' : 'quality.title'),
			nodes: [this.sentPicture(), poorBox(doc)],
			actions: last ? [button(t('action.continue'), 'primary', goOn)] : [
				button(t('action.retake'), 'primary', retake),
				button(t('action.as_it_is'), 'secondary', goOn),
			],
			back: this.app.backTo(),
		});
	}

	/* The side is there already: go on, or replace it. */
	showSent() {
		const what = this.what;
		const doc = sentDocument(what.step, what.side, this.app.memory);
		const good = h('p', { class: 'good' }, icon('check'),
			h('span', null, t('side.sent')));
		this.mount({
			name: 'sent',
			heading: t('side.' + what.name + '.title'),
			nodes: [this.sentPicture(), good,
				isPoor(doc) ? poorBox(doc) : null],
			actions: [
				button(t('action.continue'), 'primary',
					() => this.app.next()),
				button(t('action.replace'), 'secondary',
					() => this.showIntro()),
			],
			back: this.app.backTo(),
		});
	}

	picker(box, prominent) {
		return filePicker(this.what, prominent, (photo) => {
			box.hide();
			this.showPreview(photo);
		}, (error) => box.show(fileErrorText(this.what, error)));
	}

	/* How to do it, with the camera first where there is one. */
	showIntro() {
		const what = this.what;
		const box = messageBox();
		const obstacle = cameraObstacle();
		if (obstacle) {
			this.showFiles(obstacle);
			return;
		}
		const picker = this.picker(box, false);
		this.mount({
			name: 'intro',
			step: what.step,
			heading: t('side.' + what.name + '.title'),
			nodes: [picture(what.drawing), lead(what), tips(what),
				picker.drop, box.node],
			actions: [
				button([icon('camera'), t('action.camera')], 'primary',
					() => this.showCamera()),
				picker.button, keepButton(what),
			],
			back: this.app.backTo(this.app.editing ? 'review' : null),
		});
	}

	/* By file only; reason tells why the camera can't be used. */
	showFiles(reason) {
		const what = this.what;
		const box = messageBox();
		const picker = this.picker(box, true);
		const again = reason && reason !== 'insecure' &&
			reason !== 'unsupported' ? button(t('action.camera_again'),
				'quiet', () => this.showCamera()) : null;
		this.mount({
			name: 'files',
			step: what.step,
			heading: t('side.' + what.name + '.title'),
			nodes: [
				reason ? h('div', { class: 'explain', role: 'status' },
					icon('alert'), h('div', null,
						h('p', null, t('camera.error.' + reason)),
						h('p', null, t('camera.file_instead')))) : null,
				picker.drop || picture(what.drawing),
				lead(what), box.node,
			],
			actions: [picker.take, picker.button, again, keepButton(what)],
			back: this.app.backTo(this.app.editing ? 'review' : null),
		});
	}

	showCamera() {
		return cameraStage(this.what, {
			mount: (view) => this.mount(view),
			taken: (blob) => this.showPreview(
				makePhoto(blob, this.what.name + '.jpg'), true),
			failed: (reason) => this.showFiles(reason),
			back: () => this.showIntro(),
		});
	}

	/* A look at it, before it is sent. */
	showPreview(photo, fromCamera) {
		const memory = this.app.memory;
		memory.pending = { page: this.what.page, photo, fromCamera };
		previewStage(this.what, photo, {
			mount: (view) => this.mount(view),
			retake: () => {
				memory.pending = {};
				releasePhoto(photo);
				if (fromCamera)
					this.showCamera();
				else
					this.showIntro();
			},
			sent: (doc) => this.accept(photo, doc),
			looked: (doc) => this.proceed(doc, fromCamera),
		});
	}

	/* The server has it: put it into our copy of the session. */
	accept(photo, doc) {
		const memory = this.app.memory;
		const step = this.app.step();
		const key = this.what.photoKey;
		memory.pending = {};
		releasePhoto(memory.photos[key]);
		memory.photos[key] = photo;
		/* Told on another device: the server forgets it with a new photo. */
		const country = documentCountry(step, memory);
		if (country)
			memory.country[step.step_id] = country;
		const full = Object.assign({ document_kind: this.what.kind }, doc);
		step.documents = (step.documents || [])
			.filter((d) => d.side !== full.side).concat(full);
		settle(full, memory, 'new');
		memory.save();
	}

	/* Its quality is known now, or is not yet and nobody waits for it. */
	proceed(doc, fromCamera) {
		const known = (this.app.step().documents || []).find((d) =>
			d.doc_id === doc.doc_id);
		if (known)
			known.quality = doc.quality;
		if (isPoor(doc)) {
			this.showPoor(doc, () => (fromCamera ? this.showCamera() :
				this.showIntro()));
			return;
		}
		if (isOpen(doc))
			this.app.say(t('quality.later'));
		this.app.next();
	}

	run() {
		const memory = this.app.memory;
		const pending = memory.pending;
		if (pending.photo && pending.page === this.what.page)
			this.showPreview(pending.photo, pending.fromCamera);
		else if (sideDone(this.what.step, this.what.side, memory) &&
				this.app.editing !== this.what.page)
			this.showSent();
		else
			this.showIntro();
	}
}

export function captureView(app) {
	new Capture(app).run();
}
