// SPDX-License-Identifier: GPL-3.0-or-later
/* A form: its fields, the server's word on each, and what was typed. */

import { button, h, messageBox, newId } from '../dom.js';
import { fieldControl } from '../fields.js';
import { isHeld } from '../flow.js';
import { has, t } from '../i18n.js';
import { openRequests } from '../steps.js';
import { checkRaw, toRaw, toValue } from '../values.js';

const PREFIX = 'form_data.';

/* What is in the fields: typed here, or what the server has. */
export function formTyped(step, memory) {
	const typed = memory.typed[step.step_id] || {};
	const known = step.form_data || {};
	const all = {};
	((step.options || {}).fields || []).forEach((field) => {
		all[field.key] = typed[field.key] === undefined ?
			toRaw(field, known[field.key]) : typed[field.key];
	});
	return all;
}

/* The body that completes the step. */
export function formBody(step, memory) {
	const typed = formTyped(step, memory);
	const data = {};
	step.options.fields.forEach((field) => {
		const value = toValue(field, typed[field.key]);
		if (value !== undefined)
			data[field.key] = value;
	});
	return { form_data: data };
}

/* The server's words are in English; elsewhere ours for the type. */
function inWords(field, said) {
	const own = 'form.invalid.' + field.type;
	if (document.documentElement.lang === 'en')
		return t('form.refused', { text: said });
	return t(has(own) ? own : 'form.invalid.text');
}

/* What the server said of a field: a text, or of parts of it. */
function saidOf(field, errors) {
	const parts = {};
	Object.keys(errors).forEach((path) => {
		if (path.startsWith(field.key + '.'))
			parts[path.slice(field.key.length + 1)] =
				inWords({ type: 'text' }, errors[path]);
	});
	if (Object.keys(parts).length)
		return parts;
	return errors[field.key] ? inWords(field, errors[field.key]) : null;
}

/* Errors of a form that was refused later, for when it is shown again. */
export function keepErrors(step, memory, error) {
	const found = error.fieldsUnder(PREFIX);
	if (!Object.keys(found).length)
		return false;
	memory.errors[step.step_id] = found;
	delete memory.ready[step.step_id];
	return true;
}

/* A reviewer asked for this very field: seen, and told with it. */
function tagAsked(control) {
	const id = newId('asked');
	const told = control.first.getAttribute('aria-describedby');
	control.node.prepend(h('p', { id, class: 'tag' }, t('form.asked')));
	control.first.setAttribute('aria-describedby',
		told ? id + ' ' + told : id);
}

class Form {
	constructor(app) {
		this.app = app;
		this.step = app.step();
		this.fields = (this.step.options || {}).fields || [];
		this.typed = formTyped(this.step, app.memory);
		this.box = messageBox();
		this.asked = openRequests(this.step)
			.flatMap((c) => c.field_ids || []);
		this.controls = this.fields.map((field) => this.control(field));
	}

	control(field) {
		const control = fieldControl(field, this.typed[field.key], (raw) => {
			this.typed[field.key] = raw;
			this.app.memory.typed[this.step.step_id] = this.typed;
			if (field.type !== 'address')
				control.mark(null);
		});
		if (this.asked.includes(field.key) ||
				this.asked.includes(field.field_id))
			tagAsked(control);
		return control;
	}

	/* Tells what is wrong, field by field; true if anything is. */
	mark(problemOf) {
		let first = null;
		let count = 0;
		this.fields.forEach((field, i) => {
			const said = problemOf(field, this.controls[i]);
			const better = this.controls[i].mark(said);
			if (!said)
				return;
			count += 1;
			first = first || better || this.controls[i].first;
		});
		if (!count)
			return false;
		this.box.show(t('form.wrong', { count }));
		first.focus();
		return true;
	}

	markErrors(errors) {
		return this.mark((field) => saidOf(field, errors));
	}

	isFine() {
		return !this.mark((field, control) =>
			(control.broken && control.broken() ? t('form.missing.date') :
				checkRaw(field, this.typed[field.key])));
	}

	async send() {
		const { app, step } = this;
		this.box.hide();
		if (!this.isFine())
			return;
		if (isHeld(app.session, step)) {
			app.memory.typed[step.step_id] = this.typed;
			app.memory.ready[step.step_id] = true;
			app.next();
			return;
		}
		try {
			app.adopt(await app.api.complete(step.step_id,
				formBody(step, app.memory)));
		} catch (error) {
			if (this.markErrors(error.fieldsUnder ?
				error.fieldsUnder(PREFIX) : {}) ||
					await app.handled(error))
				return;
			this.box.show(app.errorText(error));
			return;
		}
		app.proceed();
	}

	show() {
		const { app, step } = this;
		const id = newId('form');
		const form = h('form', { id, class: 'form', novalidate: true,
			onsubmit: (event) => event.preventDefault() },
		this.controls.map((c) => c.node));
		app.mount({
			name: 'fill',
			step,
			heading: app.stepName(step),
			nodes: [
				step.description ? null : h('p', { class: 'lead' },
					t('form.lead')),
				this.fields.some((f) => f.required) ? h('p',
					{ class: 'hint star-note' }, t('form.required')) : null,
				form, this.box.node,
			],
			actions: [button(t('action.continue'), 'primary',
				() => this.send(), { type: 'submit', form: id })],
			back: app.backTo(app.editing ? 'review' : null),
		});
		const errors = app.memory.errors[step.step_id];
		delete app.memory.errors[step.step_id];
		if (errors)
			this.markErrors(errors);
	}
}

export function formView(app) {
	new Form(app).show();
}
