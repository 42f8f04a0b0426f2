// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Subsessions: the people who must be checked too, each with a link of their
 * own; who has finished, who is still missing.
 */

import { button, h, icon, messageBox, newId, picture } from '../dom.js';
import { followDirection } from '../fields.js';
import { fingerprint, hasOtherWork, putOff } from '../flow.js';
import { t } from '../i18n.js';
import { poll } from '../poll.js';
import { isFinished, peopleDone } from '../steps.js';
import { personCard } from './person.js';

const LABEL_MAX = 255;
const MAIL_MAX = 254;

function input(label, required, props) {
	const id = newId('person');
	const node = h('input', Object.assign({ id, class: 'field plain',
		'aria-required': required ? 'true' : null }, props));
	return { node, row: h('div', { class: 'form-field' },
		h('label', { class: 'label', for: id }, label, required ?
			h('span', { class: 'star', 'aria-hidden': 'true' }, ' *') :
			null), node) };
}

class People {
	constructor(app) {
		this.app = app;
		this.step = app.step();
		this.options = this.step.options || {};
		this.left = false;
		this.cards = new Map();
		this.known = fingerprint(app.session);
		this.box = messageBox();
		this.state = h('p', { class: 'people-state', role: 'status' });
		this.list = h('div', { class: 'people' },
			h('div', { class: 'spinner' }));
		this.primary = h('div', { class: 'actions-group' });
		this.adder = this.makeAdder();
	}

	get most() {
		return this.options.max === undefined ? 20 : this.options.max;
	}

	get least() {
		return this.options.min === undefined ? 1 : this.options.min;
	}

	makeAdder() {
		const box = messageBox();
		const id = newId('add');
		const label = input(t('people.label'), true, { type: 'text',
			maxlength: LABEL_MAX, autocomplete: 'off' });
		followDirection(label.node);
		const mail = input(t('people.mail'), false, { type: 'email',
			inputmode: 'email', maxlength: MAIL_MAX, autocomplete: 'off',
			autocapitalize: 'off', spellcheck: 'false', dir: 'ltr' });
		const add = button([icon('plus'), t('people.add')], 'secondary',
			() => this.add(label.node, mail.node, box),
			{ type: 'submit', form: id });
		const node = h('form', { id, class: 'form adder', novalidate: true,
			'aria-labelledby': id + '-title', hidden: true,
			onsubmit: (event) => event.preventDefault() },
		h('h2', { id: id + '-title', class: 'label' },
			t('people.add_title')),
		label.row, mail.row, box.node, add);
		return { node, label: label.node };
	}

	async add(label, mail, box) {
		box.hide();
		if (!label.value.trim()) {
			box.show(t('people.label_needed'));
			label.focus();
			return;
		}
		const body = { step_id: this.step.step_id,
			label: label.value.trim() };
		if (mail.value.trim())
			Object.assign(body, { email: mail.value.trim(),
				name: body.label });
		try {
			await this.app.api.addPerson(body);
		} catch (error) {
			if (await this.app.handled(error))
				return;
			const wrong = error.fields.email ? mail : label;
			box.show(error.fields.email ? t('form.invalid.email') :
				this.app.errorText(error));
			wrong.focus();
			return;
		}
		label.value = '';
		mail.value = '';
		label.focus();
		await this.load();
	}

	async load() {
		let data;
		try {
			data = await this.app.api.people(this.step.step_id);
		} catch (error) {
			if (!this.left && !await this.app.handled(error))
				this.showError(error);
			return;
		}
		if (!this.left)
			this.show(data);
	}

	showError(error) {
		this.list.replaceChildren();
		this.box.show(this.app.errorText(error));
		this.primary.replaceChildren(button(t('action.reload'), 'primary',
			() => {
				this.box.hide();
				return this.load();
			}));
	}

	/* How many are there, who is missing, what to do next. */
	stateText(data) {
		const missing = this.least - data.total;
		if (peopleDone(this.step, data))
			return t(data.total ? 'people.all_done' : 'people.none_needed');
		if (missing > 0)
			return t('people.more', { count: missing });
		return t('people.waiting', { count: data.pending });
	}

	emptyNode() {
		return h('div', { class: 'empty' }, icon('kind-subsessions'),
			h('p', null, t(this.options.customer_may_create === false ?
				'people.empty_theirs' : 'people.empty',
			{ who: this.app.who })));
	}

	/* The same node while nothing has changed: what is open stays open. */
	card(person) {
		const seen = JSON.stringify(person);
		if (!this.cards.has(seen))
			this.cards.set(seen, personCard(person));
		return this.cards.get(seen);
	}

	/* A list that stays in the document keeps the focus in its cards. */
	fill(cards) {
		const list = h('ul', { class: 'people-list' });
		const old = this.list.querySelector('.people-list');
		const same = old && cards.every((c, i) => old.children[i] === c ||
			!old.children[i]);
		if (!same)
			this.list.replaceChildren(list);
		cards.slice(same ? old.children.length : 0).forEach((c) =>
			(same ? old : list).append(c));
	}

	show(data) {
		const cards = data.subsessions.map((s) => this.card(s));
		if (cards.length)
			this.fill(cards);
		else
			this.list.replaceChildren(this.emptyNode());
		const said = this.stateText(data);
		if (this.state.textContent !== said)
			this.state.textContent = said;
		this.adder.node.hidden =
			this.options.customer_may_create === false ||
			data.total >= this.most;
		this.showActions(peopleDone(this.step, data));
	}

	showActions(done) {
		const { app, step } = this;
		const had = this.primary.contains(document.activeElement);
		if (done)
			this.primary.replaceChildren(button(t('action.continue'),
				'primary', () => this.finish()));
		else if (hasOtherWork(app.session, step, app.memory))
			this.primary.replaceChildren(button(t('people.others'),
				'primary', () => this.putOff()));
		else
			this.primary.replaceChildren();
		if (had && this.primary.firstChild)
			this.primary.firstChild.focus();
		this.hint.hidden = done;
	}

	async finish() {
		const { app, step } = this;
		this.box.hide();
		try {
			app.adopt(await app.api.complete(step.step_id, {}));
		} catch (error) {
			if (await app.handled(error))
				return;
			this.box.show(app.errorText(error));
			await this.load();
			return;
		}
		delete app.memory.later[step.step_id];
		app.proceed();
	}

	/* The others take their time: the rest can be done meanwhile. */
	putOff() {
		putOff(this.step, this.app.memory);
		this.app.next();
	}

	follow() {
		return poll(this.app, (session) => {
			const now = fingerprint(session);
			this.app.adopt(session);
			if (isFinished(session)) {
				this.app.go('done', true);
				return;
			}
			if (now !== this.known)
				this.load();
			this.known = now;
		});
	}

	open() {
		const { app } = this;
		this.hint = h('p', { class: 'hint' }, t('people.come_back'));
		const stop = this.follow();
		app.mount({
			name: 'people-view',
			step: this.step,
			heading: app.stepName(this.step),
			nodes: [
				this.step.description ? null : picture('people'),
				h('p', { class: 'lead' }, t('people.lead')),
				this.state, this.list, this.adder.node, this.box.node,
				this.hint,
			],
			actions: [this.primary],
			back: app.backTo(),
			destroy: () => {
				this.left = true;
				stop();
			},
		});
		return this.load();
	}
}

export function peopleView(app) {
	new People(app).open();
}
