// SPDX-License-Identifier: GPL-3.0-or-later
/* Look over and send: what was given, with a way to change each part. */

import { button, h, icon, messageBox } from '../dom.js';
import { countryChoice } from '../combobox.js';
import { listCountries } from '../countries.js';
import { documentKind, hasNews, isClosed, isFinished, sideDone, sidesOf,
	takesPhotos, visibleSteps } from '../flow.js';
import { countryName, t } from '../i18n.js';

function sideName(step, side, memory) {
	if (step.kind === 'selfie')
		return 'selfie';
	if (documentKind(step, memory) === 'passport')
		return 'page';
	return sidesOf(step, memory).length > 1 ? side : 'single';
}

function changeButton(app, page, label) {
	return h('button', { type: 'button', class: 'link',
		'aria-label': label, onclick: () => {
			app.editing = page;
			app.go(page);
		} }, t('action.change'));
}

function thumbnail(app, step, side) {
	const name = sideName(step, side, app.memory);
	const photo = app.memory.photos[step.step_id + ':' + side];
	const seen = photo && photo.type.startsWith('image/');
	const page = 'side:' + step.step_id + ':' + side;
	return h('figure', { class: 'thumb' },
		seen ? h('img', { src: photo.url, alt: t('shot.' + name) }) :
			h('div', { class: 'thumb-none' }, icon('check')),
		h('figcaption', null,
			h('span', { class: 'thumb-name' }, t('side.' + name + '.name')),
			seen ? null : h('span', { class: 'thumb-state' },
				t('side.received')),
			changeButton(app, page, t('review.change', {
				what: t('side.' + name + '.name') }))));
}

function fact(label, value) {
	return h('div', { class: 'fact' }, h('dt', null, label),
		h('dd', null, value));
}

/* After a reload on another device the country isn't known: ask here. */
function missingCountry(app, step) {
	const list = listCountries((step.options || {}).countries);
	return countryChoice(list, list.length === 1 ? list[0].code : null,
		(code) => {
			app.memory.country[step.step_id] = code;
			app.memory.save();
		});
}

function documentCard(app, step, asked) {
	const memory = app.memory;
	const country = memory.country[step.step_id];
	const facts = [fact(t('review.kind'),
		t('kind.' + documentKind(step, memory)))];
	if (country && !asked[step.step_id])
		facts.push(fact(t('review.country'), countryName(country)));
	else
		asked[step.step_id] = missingCountry(app, step);
	return h('section', { class: 'piece' },
		h('div', { class: 'piece-top' },
			h('h2', { dir: 'auto' }, app.stepName(step)),
			changeButton(app, 'choose:' + step.step_id,
				t('review.change', { what: t('choose.title') }))),
		h('dl', { class: 'fact-list' }, facts),
		asked[step.step_id] ? asked[step.step_id].node : null,
		h('div', { class: 'thumbs' }, sidesOf(step, memory).map((side) =>
			thumbnail(app, step, side))));
}

function selfieCard(app, step) {
	return h('section', { class: 'piece' },
		h('h2', { dir: 'auto' }, app.stepName(step)),
		h('div', { class: 'thumbs' }, thumbnail(app, step, 'front')));
}

function closedCard(app, step) {
	return h('section', { class: 'piece closed' }, icon('check'),
		h('h2', { dir: 'auto' }, app.stepName(step)),
		h('span', { class: 'thumb-state' }, t('state.done')));
}

function card(app, step, asked) {
	if (isClosed(step) || !takesPhotos(step))
		return closedCard(app, step);
	return step.kind === 'document' ? documentCard(app, step, asked) :
		selfieCard(app, step);
}

function body(app, step) {
	if (step.kind !== 'document')
		return {};
	return { document_kind: documentKind(step, app.memory),
		document_country: app.memory.country[step.step_id] };
}

/* Something to do before sending: a message and where to put the focus. */
function obstacle(app, steps, asked) {
	const unsure = steps.find((s) => s.kind === 'document' &&
		!app.memory.country[s.step_id]);
	if (unsure)
		return { text: t('choose.country_needed'),
			focus: asked[unsure.step_id].input };
	const stale = steps.find((s) => !hasNews(s, app.memory));
	return stale ? { text: t('review.no_news') } : null;
}

/* Completes the steps that are left, one after the other. */
async function complete(app) {
	const memory = app.memory;
	const open = visibleSteps(app.session).filter((s) =>
		takesPhotos(s) && !isClosed(s) &&
		sidesOf(s, memory).every((side) => sideDone(s, side, memory)));
	for (let i = 0; i < open.length; i += 1)
		app.adopt(await app.api.complete(open[i].step_id,
			body(app, open[i])));
}

export function reviewView(app) {
	const steps = visibleSteps(app.session);
	const box = messageBox();
	const asked = {};

	async function send() {
		const open = steps.filter((s) => takesPhotos(s) && !isClosed(s));
		const problem = obstacle(app, open, asked);
		if (problem) {
			box.show(problem.text);
			if (problem.focus)
				problem.focus.focus();
			return;
		}
		box.hide();
		try {
			await complete(app);
		} catch (error) {
			if (await app.handled(error))
				return;
			box.show(app.errorText(error));
			return;
		}
		if (isFinished(app.session))
			app.go('done', true);
		else
			app.next();
	}

	app.mount({
		name: 'review',
		heading: t('review.title'),
		nodes: [
			h('p', { class: 'lead' }, t('review.lead', { who: app.who })),
			steps.map((step) => card(app, step, asked)),
			box.node,
		],
		actions: [button([icon('lock'), t('action.send')], 'primary', send)],
		back: app.backTo(),
	});
}
