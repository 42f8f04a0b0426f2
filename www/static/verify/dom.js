// SPDX-License-Identifier: GPL-3.0-or-later
/* Small helpers to build elements; text always goes in as text. */

function addChild(node, child) {
	if (child === null || child === undefined || child === false)
		return;
	if (Array.isArray(child)) {
		child.forEach((c) => addChild(node, c));
		return;
	}
	node.append(child);
}

function setProp(node, name, value) {
	if (value === null || value === undefined || value === false)
		return;
	if (name.startsWith('on'))
		node.addEventListener(name.slice(2), value);
	else if (name === 'class')
		node.className = value;
	else
		node.setAttribute(name, value === true ? '' : String(value));
}

/* h('p', { class: 'lead' }, 'text', node, [more]) */
export function h(tag, props, ...children) {
	const node = document.createElement(tag);
	Object.keys(props || {}).forEach((k) => setProp(node, k, props[k]));
	addChild(node, children);
	return node;
}

export function clear(node) {
	while (node.firstChild)
		node.removeChild(node.firstChild);
}

/* A one-colour drawing from icons/, hidden from screen readers. */
export function icon(name) {
	return h('span', { class: 'icon icon-' + name, 'aria-hidden': 'true' });
}

export function picture(name) {
	return h('div', { class: 'picture', 'aria-hidden': 'true' },
		h('span', { class: 'drawing drawing-' + name }));
}

let serial = 0;

export function newId(prefix) {
	serial += 1;
	return prefix + '-' + serial;
}

/*
 * A button whose work runs once at a time: while `work` is pending, further
 * clicks do nothing. It stays focusable, so that focus isn't lost.
 */
export function button(label, kind, work, props) {
	const node = h('button', Object.assign({
		type: 'button', class: 'button ' + kind }, props || {}), label);
	let running = false;
	node.addEventListener('click', (event) => {
		if (running || node.getAttribute('aria-disabled') === 'true')
			return;
		const result = work(event);
		if (!result || !result.then)
			return;
		running = true;
		node.setAttribute('aria-busy', 'true');
		const free = () => {
			running = false;
			node.removeAttribute('aria-busy');
		};
		result.then(free, (error) => {
			free();
			throw error;
		});
	});
	return node;
}

/* A message box for errors next to a field; empty until told. */
export function messageBox() {
	const text = h('span');
	const node = h('div', { class: 'message', role: 'alert', hidden: true },
		icon('alert'), text);
	return {
		node,
		show(message) {
			text.textContent = message;
			node.hidden = false;
		},
		hide() {
			text.textContent = '';
			node.hidden = true;
		},
	};
}
