// SPDX-License-Identifier: GPL-3.0-or-later
/* Look over and send: what was given, with a way to change each part. */

import { button, h, icon, messageBox } from '../dom.js';
import { countryChoice } from '../combobox.js';
import { listCountries } from '../countries.js';
import { isReviewed } from '../flow.js';
import { countryName, t } from '../i18n.js';
import { documentCountry, documentKind, hasNews, isClosed, isCorrecting,
	needsChoice, readyToSend, sidesOf, takesPhotos,
	visibleSteps } from '../steps.js';
import { showRaw } from '../values.js';
import { askedBox } from './around.js';
import { sideName } from './capture.js';
import { formBody, formTyped, keepErrors } from './form.js';

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
	return h('div', { class: 'fact' }, h('dt', null, h('bdi', null, label)),
		[].concat(value).map((x) => h('dd', null, h('bdi', null, x))));
}

/* After a reload on another device the country isn't known: ask here. */
function missingCountry(app, step) {
	const list = listCountries((step.options || {}).countries);
	return countryChoice(list, list.length === 1 ? list[0].code : null,
		(code) => {
			app.memory.country[step.step_id] = code;
			app.memory.save();
		}, { label: t('country.label'), hint: t('country.hint') });
}

function cardTop(app, step, page, what) {
	const name = h('h2', { dir: 'auto' }, app.stepName(step));
	return page ? h('div', { class: 'piece-top' }, name,
		changeButton(app, page, t('review.change', { what }))) : name;
}

/* What is known of the document; asks for the country where it isn't. */
function documentFacts(app, step, asked) {
	const kind = documentKind(step, app.memory);
	const country = documentCountry(step, app.memory);
	const facts = [];
	if (kind)
		facts.push(fact(t('review.kind'), t('kind.' + kind)));
	if (step.kind !== 'document')
		return facts;
	if (country && !asked[step.step_id])
		facts.push(fact(t('review.country'), countryName(country)));
	else
		asked[step.step_id] = missingCountry(app, step);
	return facts;
}

function documentCard(app, step, asked) {
	const facts = documentFacts(app, step, asked);
	const page = (step.kind === 'document' ? 'choose:' : 'proof:') +
		step.step_id;
	return h('section', { class: 'piece' },
		cardTop(app, step, needsChoice(step) ? page : null,
			t(step.kind === 'document' ? 'choose.title' : 'proof.kind')),
		facts.length ? h('dl', { class: 'fact-list' }, facts) : null,
		asked[step.step_id] ? asked[step.step_id].node : null,
		h('div', { class: 'thumbs' }, sidesOf(step, app.memory).map((side) =>
			thumbnail(app, step, side))));
}

function selfieCard(app, step) {
	return h('section', { class: 'piece' }, cardTop(app, step, null),
		h('div', { class: 'thumbs' }, thumbnail(app, step, 'front')));
}

function livenessCard(app, step) {
	return h('section', { class: 'piece' },
		cardTop(app, step, 'liveness:' + step.step_id, app.stepName(step)),
		h('p', { class: 'thumb-state' }, t('liveness.sent')));
}

function formCard(app, step) {
	const typed = formTyped(step, app.memory);
	const facts = step.options.fields.map((field) =>
		[field.name, showRaw(field, typed[field.key])])
		.filter((pair) => pair[1].length)
		.map((pair) => fact(pair[0], pair[1]));
	return h('section', { class: 'piece' },
		cardTop(app, step, 'form:' + step.step_id, app.stepName(step)),
		facts.length ? h('dl', { class: 'fact-list wide' }, facts) :
			h('p', { class: 'hint' }, t('form.nothing')));
}

/* Waits for somebody else, or can't be done here. */
function openCard(app, step) {
	return h('section', { class: 'piece closed open' }, icon('clock'),
		h('h2', { dir: 'auto' }, app.stepName(step)),
		h('span', { class: 'need-text' }, t('state.later')));
}

function closedCard(app, step) {
	return h('section', { class: 'piece closed' }, icon('check'),
		h('h2', { dir: 'auto' }, app.stepName(step)),
		h('span', { class: 'thumb-state' }, t('state.done')));
}

const CARDS = { document: documentCard, proof_of_address: documentCard,
	selfie: selfieCard, liveness: livenessCard };

function card(app, step, asked) {
	if (step.kind === 'form')
		return formCard(app, step);
	if (isClosed(step))
		return closedCard(app, step);
	if (!takesPhotos(step))
		return openCard(app, step);
	return CARDS[step.kind](app, step, asked);
}

function body(app, step) {
	if (step.kind === 'form')
		return formBody(step, app.memory);
	const kind = documentKind(step, app.memory);
	const sent = kind ? { document_kind: kind } : {};
	if (step.kind === 'document')
		sent.document_country = documentCountry(step, app.memory);
	return sent;
}

/* Something to do before sending: a message and where to put the focus. */
function obstacle(app, steps, asked) {
	const unsure = steps.find((s) => s.kind === 'document' &&
		!documentCountry(s, app.memory));
	if (unsure)
		return { text: t('choose.country_needed'),
			focus: asked[unsure.step_id].input };
	const stale = steps.find((s) => !hasNews(s, app.memory));
	return stale ? { text: t('review.no_news') } : null;
}

function isReady(app, step) {
	return step.kind === 'form' ? app.memory.ready[step.step_id] :
		readyToSend(step, app.memory);
}

/*
 * Completes the steps that are left, one after the other. A form that is
 * refused is shown again, with what is wrong with it (false then).
 */
async function complete(app, open) {
	for (let i = 0; i < open.length; i += 1) {
		try {
			app.adopt(await app.api.complete(open[i].step_id,
				body(app, open[i])));
		} catch (error) {
			if (error.fieldsUnder && open[i].kind === 'form' &&
					keepErrors(open[i], app.memory, error)) {
				app.editing = 'form:' + open[i].step_id;
				app.go(app.editing);
				return false;
			}
			throw error;
		}
	}
	return true;
}

function openSteps(app) {
	return visibleSteps(app.session).filter((s) => !isClosed(s) &&
		isReviewed(app.session, s) && isReady(app, s));
}

export function reviewView(app) {
	const steps = visibleSteps(app.session);
	const box = messageBox();
	const asked = {};

	async function send() {
		const open = openSteps(app);
		const problem = obstacle(app, open, asked);
		if (problem) {
			box.show(problem.text);
			if (problem.focus)
				problem.focus.focus();
			return;
		}
		box.hide();
		try {
			if (!await complete(app, open))
				return;
		} catch (error) {
			if (await app.handled(error))
				return;
			box.show(app.errorText(error));
			return;
		}
		app.proceed();
	}

	app.mount({
		name: 'review',
		heading: t('review.title'),
		nodes: [
			h('p', { class: 'lead' }, t(isCorrecting(app.session) ?
				'review.again' : 'review.lead', { who: app.who })),
			steps.map((step) => [askedBox(app, step),
				card(app, step, asked)]),
			box.node,
		],
		actions: [button([icon('lock'), t('action.send')], 'primary', send)],
		back: app.backTo(),
	});
}
