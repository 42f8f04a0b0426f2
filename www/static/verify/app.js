// SPDX-License-Identifier: GPL-3.0-or-later
/* The verification page: starts it, holds its state, goes from page to page. */

import { openApi, readToken } from './api.js';
import { h, icon } from './dom.js';
import { nextPage, pages, position } from './flow.js';
import { has, loadLanguages, pickLanguage, t, useLanguage } from './i18n.js';
import { openMemory } from './memory.js';
import { keepTrying } from './retry.js';
import { Shell } from './shell.js';
import { findStep, isCorrecting, isFinished, visibleSteps }
	from './steps.js';
import { surround } from './views/around.js';
import { captureView } from './views/capture.js';
import { chooseView } from './views/choose.js';
import { consentView } from './views/consent.js';
import { doneView } from './views/done.js';
import { followView } from './views/follow.js';
import { formView } from './views/form.js';
import { livenessView } from './views/liveness.js';
import { messageView } from './views/message.js';
import { peopleView } from './views/people.js';
import { proofView } from './views/proof.js';
import { reviewView } from './views/review.js';
import { startView } from './views/start.js';
import { unknownView } from './views/unknown.js';

const VIEWS = {
	start: startView, follow: followView, done: doneView, review: reviewView,
	consent: consentView, choose: chooseView, side: captureView,
	form: formView, proof: proofView, liveness: livenessView,
	subsessions: peopleView, unknown: unknownView,
};
/* Pages that stand outside of the numbered steps. */
const UNNUMBERED = ['start', 'follow', 'done'];
/* Kinds that a workflow often has twice: its own title tells them apart. */
const TITLED = ['form', 'subsessions'];
const GONE = { 401: 'not_found', 403: 'not_found', 404: 'not_found',
	410: 'ended' };

class App {
	constructor(root) {
		this.shell = new Shell(root, (code) => this.changeLanguage(code));
		this.session = null;
		this.memory = null;
		this.page = null;
		this.problem = null;
		this.editing = null;
		this.news = null;
	}

	get brand() {
		const branding = (this.session && this.session.branding) || {};
		return branding.name || '';
	}

	/* The asking party's name, or words for it. */
	get who() {
		return this.brand || t('brand.someone');
	}

	stepName(step) {
		const own = 'step.' + step.kind;
		const inLanguage = this.session.locale &&
			document.documentElement.lang === this.session.locale;
		if (step.title && (inLanguage || !has(own) ||
				TITLED.includes(step.kind)))
			return step.title;
		return has(own) ? t(own) : t('step.other');
	}

	step() {
		return findStep(this.session, this.page.split(':')[1]);
	}

	where() {
		const kind = this.page.split(':')[0];
		if (UNNUMBERED.includes(kind))
			return null;
		const at = position(this.session, this.page);
		const step = this.step();
		const name = step ? this.stepName(step) : t('step.review');
		at.text = t('progress', { index: at.index, total: at.total, name });
		return at;
	}

	/* Told above whatever is shown next. */
	say(text) {
		this.news = text;
	}

	withNews(view) {
		if (!this.news)
			return view;
		const told = h('p', { class: 'good', role: 'status' },
			icon('check'), h('span', null, this.news));
		this.news = null;
		return Object.assign({}, view, { nodes: [told, view.nodes] });
	}

	/* Puts a view (or a stage of one) on the screen. */
	mount(view) {
		const where = this.page && this.session && !this.problem ?
			this.where() : null;
		const parts = [where && where.text, view.heading, this.brand];
		const whole = this.withNews(where ? surround(this, view) : view);
		this.shell.show(whole, where,
			parts.filter(Boolean).join(' – '));
	}

	render() {
		if (this.problem) {
			this.mount(messageView(this, this.problem));
			return;
		}
		VIEWS[this.page.split(':')[0]](this);
	}

	allowed(page) {
		if (isFinished(this.session))
			return page === 'done';
		return page === 'start' || page === 'follow' ||
			pages(this.session, this.memory).includes(page) ||
			page === nextPage(this.session, this.memory);
	}

	/* Goes to a page; replace for one that Back must not come to again. */
	go(page, replace) {
		this.page = page;
		const state = { page };
		if (replace)
			history.replaceState(state, '');
		else
			history.pushState(state, '');
		this.render();
	}

	/* To the first page that still needs something. */
	next() {
		this.editing = null;
		this.go(nextPage(this.session, this.memory));
	}

	/* The page before this one, for the Back button in the card. */
	previous() {
		const list = pages(this.session, this.memory);
		const at = list.indexOf(this.page);
		return at > 0 ? list[at - 1] : 'start';
	}

	backTo(page) {
		return () => this.go(page || this.previous());
	}

	adopt(session) {
		this.session = session;
	}

	/* To the next page after the server has taken something. */
	proceed() {
		if (isFinished(this.session))
			this.go('done', true);
		else
			this.next();
	}

	/*
	 * Errors that end the page or that another device caused are dealt with
	 * here (true); others belong next to their field (false).
	 */
	async handled(error) {
		if (error.status === undefined)
			throw error;
		if (GONE[error.status]) {
			this.stop(GONE[error.status]);
			return true;
		}
		if (error.status === 409) {
			this.adopt(await this.api.get());
			if (isFinished(this.session)) {
				this.go('done', true);
				return true;
			}
		}
		return false;
	}

	stop(problem) {
		this.problem = problem;
		this.render();
	}

	errorText(error) {
		const key = 'error.' + error.status;
		const said = error.text ? error.text() : '';
		const english = document.documentElement.lang === 'en';
		if (has(key) && (!said || !english))
			return t(key);
		return said && english ? said : t('error.other');
	}

	async changeLanguage(code) {
		await useLanguage(code, true);
		this.shell.frame(this.brand);
		this.render();
		const pressed = document.querySelector(
			'.language[aria-current="true"]');
		if (pressed)
			pressed.focus();
	}

	async load(token) {
		this.api = openApi(token, (reason) => this.shell.wait(reason));
		try {
			this.adopt(await this.api.get());
		} catch (error) {
			this.problem = GONE[error.status] || 'broken';
		}
	}

	listen() {
		window.addEventListener('popstate', (event) => {
			const page = event.state && event.state.page;
			if (this.problem || !this.session)
				return;
			if (page && this.allowed(page)) {
				this.page = page;
				this.render();
			} else {
				this.go(nextPage(this.session, this.memory), true);
			}
		});
		window.addEventListener('hashchange', () => location.reload());
	}

	async start(token) {
		await keepTrying(() => loadLanguages().catch(passing), () => {});
		const first = pickLanguage(null);
		await keepTrying(() => useLanguage(first).catch(passing), () => {});
		this.shell.frame('');
		if (token)
			await this.load(token);
		else
			this.problem = 'not_found';
		if (this.session)
			await this.begin();
		this.shell.frame(this.brand);
		this.listen();
		this.render();
	}

	async begin() {
		const lang = pickLanguage(this.session.locale);
		await keepTrying(() => useLanguage(lang).catch(passing), () => {});
		this.memory = openMemory(this.session.session_id);
		const done = isFinished(this.session) ||
			(!isCorrecting(this.session) && !visibleSteps(this.session).length);
		this.page = done ? 'done' : 'start';
		history.replaceState({ page: this.page }, '');
	}
}

function passing(error) {
	error.passing = 'network';
	throw error;
}

new App(document.getElementById('shell')).start(readToken(window.location));
