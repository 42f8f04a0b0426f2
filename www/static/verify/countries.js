// SPDX-License-Identifier: GPL-3.0-or-later
/* Countries by ISO 3166-1 alpha-2, and the likeliest one. */

import { countryName, language } from './i18n.js';

const ALL = 'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF ' +
	'BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI ' +
	'CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ' +
	'ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS ' +
	'GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO ' +
	'JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY ' +
	'MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ ' +
	'NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR ' +
	'PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN ' +
	'SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW ' +
	'TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

/* Without accents and case, for searching. */
export function fold(text) {
	return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
		.toLowerCase().trim();
}

function englishNames() {
	try {
		return new Intl.DisplayNames(['en'], { type: 'region' });
	} catch (e) {
		return null;
	}
}

/* [{code, name, keys}], sorted by name in the page's language. */
export function listCountries(allowed) {
	const english = englishNames();
	const codes = allowed && allowed.length ? allowed : ALL.split(' ');
	const order = new Intl.Collator(language());
	return codes.map((code) => {
		const name = countryName(code);
		const other = english ? english.of(code) : code;
		return { code, name, keys: [fold(name), fold(other), fold(code)] };
	}).sort((a, b) => order.compare(a.name, b.name));
}

function rank(country, query) {
	if (country.keys.some((k) => k.startsWith(query)))
		return 0;
	if (country.keys.some((k) => k.includes(' ' + query)))
		return 1;
	return country.keys.some((k) => k.includes(query)) ? 2 : -1;
}

/* Matches: names that begin so, then words that begin so, then the rest. */
export function searchCountries(list, text) {
	const query = fold(text);
	if (!query)
		return list;
	return list.map((country, at) => ({ country, at, r: rank(country, query) }))
		.filter((x) => x.r >= 0)
		.sort((a, b) => a.r - b.r || a.at - b.at)
		.map((x) => x.country);
}

/* From the browser's languages (de-AT: AT), or the only one allowed. */
export function guessCountry(list) {
	if (list.length === 1)
		return list[0].code;
	const tags = Array.from(navigator.languages || [navigator.language]);
	for (let i = 0; i < tags.length; i += 1) {
		const region = /[-_]([A-Za-z]{2})\b/.exec(tags[i] || '');
		const code = region && region[1].toUpperCase();
		if (code && list.some((c) => c.code === code))
			return code;
	}
	return null;
}
