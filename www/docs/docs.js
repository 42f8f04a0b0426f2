// SPDX-License-Identifier: GPL-3.0-or-later
/* Shows a document in the viewer; without the viewer the links stay. */

const files = ["kyc", "kycgenie", "dossiers", "verilock", "klustr"];

function chosen() {
	const name = new URLSearchParams(location.search).get("api");
	return files.includes(name) ? name : files[0];
}

/* The others, one click away. */
function menu(name) {
	const nav = document.createElement("nav");
	for (const file of files) {
		const link = document.createElement("a");
		link.href = `?api=${file}`;
		link.textContent = file;
		if (file === name)
			link.setAttribute("aria-current", "page");
		nav.append(link);
	}
	return nav;
}

function show(name) {
	const viewer = document.createElement("rapi-doc");
	const settings = {
		"spec-url": `openapi/${name}.yaml`,
		"render-style": "read",
		"theme": "light",
		"primary-color": "#0b5d8a",
		"show-header": "false",
		"allow-server-selection": "false",
		"allow-spec-url-load": "false",
		"allow-spec-file-load": "false",
		"load-fonts": "false",
		"persist-auth": "false",
		"schema-style": "table",
	};
	for (const [key, value] of Object.entries(settings))
		viewer.setAttribute(key, value);
	document.title = `${name}: Vouchsafe API`;
	document.body.replaceChildren(menu(name), viewer);
}

try {
	await import("./rapidoc-min.js");
	show(chosen());
} catch {
	document.getElementById("state").textContent =
		"The viewer is not installed here. The documents themselves (OpenAPI 3.1):";
}
