// SPDX-License-Identifier: GPL-3.0-or-later
// An OpenID Connect issuer on loopback: oidc-provider itself, which signs
// what the tests hand to the server.
//
// usage: node node_issuer.mjs PACKAGES SETTINGS
//
// PACKAGES is the directory that npm installed into. SETTINGS is a JSON file:
// port, issuer, keys (a JWKS of private keys), clients ({id, secret, alg}),
// redirect, scopes, ttl.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, file] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(file, 'utf8'));
// The package is installed elsewhere than this file, where import looks.
const place = createRequire(join(packages, 'x.js')).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(place));
const alg = new Map(settings.clients.map((one) => [one.id, one.alg]));

function client(one) {
	return {
		client_id: one.id,
		client_secret: one.secret,
		grant_types: ['client_credentials', 'authorization_code'],
		response_types: ['code'],
		redirect_uris: [settings.redirect],
		id_token_signed_response_alg: one.alg,
	};
}

// Every address is a resource: it becomes the token's audience.
function resource(ctx, _, client) {
	return {
		scope: settings.scopes.join(' '),
		accessTokenFormat: 'jwt',
		accessTokenTTL: Number(ctx.oidc.body?.ttl ?? settings.ttl),
		jwt: { sign: { alg: alg.get(client.clientId) } },
	};
}

// What a request for a token adds to it, or with null takes away.
function reshape(ctx, _, jwt) {
	const claims = JSON.parse(ctx.oidc.body?.reshape ?? '{}');
	for (const [name, value] of Object.entries(claims)) {
		if (value === null) {
			delete jwt.payload[name];
		} else {
			jwt.payload[name] = value;
		}
	}
	return jwt;
}

// Whoever has signed in has agreed to everything.
async function consent(ctx) {
	const { provider, client, session, params } = ctx.oidc;
	const grant = new provider.Grant({
		clientId: client.clientId,
		accountId: session.accountId,
	});
	grant.addOIDCScope('openid');
	for (const one of [params.resource].flat()) {
		grant.addResourceScope(one, settings.scopes.join(' '));
	}
	await grant.save();
	return grant;
}

const provider = new Provider(settings.issuer, {
	jwks: settings.keys,
	clients: settings.clients.map(client),
	cookies: { keys: ['loopback'] },
	features: {
		devInteractions: { enabled: false },
		clientCredentials: { enabled: true },
		resourceIndicators: {
			enabled: true,
			getResourceServerInfo: resource,
		},
	},
	enabledJWA: {
		idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'],
	},
	formats: { customizers: { jwt: reshape } },
	findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
	interactions: { url: () => '/sign-in' },
	loadExistingGrant: consent,
	ttl: { Interaction: 60, Grant: 600, Session: 600 },
});

// The place of a page where a person would give name and password: whom the
// request hints at is signed in.
async function signIn(request, response) {
	const { params } = await provider.interactionDetails(request, response);
	await provider.interactionFinished(request, response, {
		login: { accountId: params.login_hint },
	});
}

const answer = provider.callback();
createServer((request, response) => {
	if (request.url !== '/sign-in') {
		answer(request, response);
		return;
	}
	signIn(request, response).catch((error) => {
		console.error(error);
		response.writeHead(500).end();
	});
}).listen(settings.port, '127.0.0.1');
