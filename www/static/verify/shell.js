// SPDX-License-Identifier: GPL-3.0-or-later
/* The frame around every view: header, progress, card, footer, notices. */

import { h, icon, clear, button } from './dom.js';
import { t, language, listLanguages } from './i18n.js';
import { tryNow } from './retry.js';

function makeFooter(onLanguage) {
	const buttons = listLanguages().map((entry) => h('button', {
		type: 'button', class: 'language', lang: entry.code, dir: entry.dir,
		'aria-current': entry.code === language() ? 'true' : null,
		onclick: () => onLanguage(entry.code),
	}, entry.name));
	return h('footer', { class: 'footer' },
		h('p', { class: 'assurance' }, icon('lock'),
			h('span', null, t('footer.private'))),
		h('nav', { class: 'languages', 'aria-label': t('footer.language') },
			buttons));
}

function makeHeader(brand) {
	return h('header', { class: 'header' },
		h('span', { class: 'mark', 'aria-hidden': 'true' },
			h('span', { class: 'icon icon-shield' })),
		h('span', { class: 'brand', dir: 'auto' },
			brand || t('brand.none')));
}

function segments(index, total) {
	const bar = h('div', { class: 'segments', 'aria-hidden': 'true' });
	for (let i = 1; i <= total; i += 1)
		bar.append(h('span', { class: i < index ? 'segment done' :
			(i === index ? 'segment now' : 'segment') }));
	return bar;
}

export class Shell {
	/* onLanguage(code) is called by the language switch. */
	constructor(root, onLanguage) {
		this.root = root;
		this.onLanguage = onLanguage;
		this.view = null;
		this.waitReason = null;
		this.progress = h('p', { class: 'progress-text', role: 'status' });
		this.bar = h('div');
		this.top = h('div', { class: 'card-top' });
		this.body = h('div', { class: 'view' });
		this.noticeText = h('p');
		this.noticeAct = h('div');
		this.notice = h('div', { class: 'notice', role: 'status',
			hidden: true }, icon('alert'), this.noticeText, this.noticeAct);
		this.card = h('main', { class: 'card', id: 'main' },
			this.top, this.bar, this.progress, this.body);
	}

	/* Header and footer again, after the brand or the language changed. */
	frame(brand) {
		clear(this.root);
		this.root.append(makeHeader(brand), this.notice, this.card,
			makeFooter(this.onLanguage));
		clear(this.noticeAct);
		this.noticeAct.append(button(t('notice.now'), 'small', tryNow));
		this.wait(this.waitReason);
	}

	/*
	 * Shows a view: {heading, nodes[], actions[], back?, destroy?, wide?}.
	 * where is null or {index, total, text} for the progress.
	 */
	show(view, where, title) {
		if (this.view && this.view.destroy)
			this.view.destroy();
		this.view = view;
		this.setProgress(where);
		clear(this.top);
		if (view.back)
			this.top.append(h('button', { type: 'button', class: 'back',
				onclick: view.back }, icon('back'), t('action.back')));
		clear(this.body);
		const heading = h('h1', { tabindex: '-1', class: 'heading' },
			view.heading);
		this.body.append(h('div', { class: 'content' }, heading, view.nodes),
			h('div', { class: 'actions' }, view.actions || []));
		this.body.className = 'view ' + (view.name || '');
		document.title = title;
		window.scrollTo(0, 0);
		heading.focus({ preventScroll: true });
	}

	setProgress(where) {
		clear(this.bar);
		const text = where ? where.text : '';
		if (where)
			this.bar.append(segments(where.index, where.total));
		if (this.progress.textContent !== text)
			this.progress.textContent = text;
		this.progress.hidden = !text;
	}

	/* Tells that the page waits for the server or the line. */
	wait(reason) {
		this.waitReason = reason;
		this.notice.hidden = !reason;
		const text = reason ? t('notice.' + reason) : '';
		if (this.noticeText.textContent !== text)
			this.noticeText.textContent = text;
	}
}
