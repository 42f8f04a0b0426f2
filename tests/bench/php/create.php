<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// POST of a session: every row that vouchsafe writes, in one transaction.
declare(strict_types=1);

require __DIR__ . '/seal.php';

const MAY_CREATE = 1;
const INVITED = 2;
const DOSSIERS = 3;
const EVENT_CREATED = 1;
const ACTOR_KEY = 1;
const VERB_CREATE = 1;
const MAIL_QUEUED = 1;
const LANE_MAIL = 1;
const JOB_MAIL = 1;
const INDIVIDUAL = 1;
const PRIORITY_MEDIUM = 2;
const HOUR_MS = 3600000;
const DAY_MS = 86400000;

/** A member that is absent, null, or text of at most so many characters. */
function text(object $in, string $name, int $max = 255): ?string
{
	$value = $in->$name ?? null;
	if ($value === null)
		return null;
	if (!is_string($value) ||
	    !preg_match("/^\\P{Cc}{1,$max}\$/Du", $value))
		fail(400, 'Bad Request', "$name is not valid");
	return $value;
}

function input(): array
{
	if (!str_starts_with($_SERVER['CONTENT_TYPE'] ?? '', 'application/json'))
		fail(415, 'Unsupported Media Type', 'The body must be JSON.');
	try {
		$in = json_decode(file_get_contents('php://input'), false, 32,
			JSON_THROW_ON_ERROR);
	} catch (JsonException) {
		$in = null;
	}
	if (!is_object($in))
		fail(400, 'Bad Request', 'The body must be a JSON object.');
	$ttl = $in->expiresInMs ?? HOUR_MS;
	$email = text($in, 'customerEmail', 254);
	if (!is_int($ttl) || $ttl < 60000 || $ttl > 2592000000)
		fail(400, 'Bad Request', 'expiresInMs is out of range');
	if ($email !== null && !filter_var($email, FILTER_VALIDATE_EMAIL))
		fail(400, 'Bad Request', 'customerEmail is no mail address');
	return ['external_id' => text($in, 'externalId'), 'email' => $email,
		'name' => text($in, 'customerName'), 'ttl' => $ttl,
		'locale' => text($in, 'locale', 16)];
}

/** A word, and what follows each mark in it. */
function word_parts(string $word): array
{
	$words = [$word];
	if (preg_match_all('/(?<=.)[-_.@\/:#+](?=[^-_.@\/:#+])/', $word, $marks,
	    PREG_OFFSET_CAPTURE))
		foreach ($marks[0] as [, $at])
			$words[] = substr($word, $at + 1);
	return $words;
}

function search_words(string $id, array $in): array
{
	$words = [$id];
	foreach (['external_id', 'email', 'name'] as $field)
		foreach (array_filter(explode(' ', $in[$field] ?? '')) as $word)
			array_push($words, ...word_parts($word));
	return array_unique(array_slice($words, 0, 32));
}

function insert_words(array $who, string $id, array $in): void
{
	$words = search_words(uuid_text($id), $in);
	$count = count($words);
	$values = [];
	foreach ($words as $word)
		array_push($values, $who['tenant'], $word, $id);
	$rows = implode(', ', array_fill(0, $count, '(?, ?, ?)'));
	run(db()->prepare(config()['sql']['word'] . $rows),
		str_repeat('s', 3 * $count), $values);
}

function insert_mail(array $who, string $id): void
{
	$now = now_ms();
	$mail = uuid_v7($now);
	sql('mail', 'ssssiii', [$who['tenant'], $mail, $id, 'invitation', 1,
		MAIL_QUEUED, $now]);
	sql('job', 'siissii', [uuid_v7($now), LANE_MAIL, JOB_MAIL,
		$who['tenant'], $mail, 0, $now]);
}

/** What is due is expired first; the benchmark has nothing that is. */
function expire_due(array $who): void
{
	if (sql('due', 'sii', [$who['tenant'], now_ms(), 50]))
		throw new LogicException('sessions expire under measurement');
}

/** The link's token is only in its sealed copy: the answer has a JWT. */
function insert_link(array $who, string $id, string $key): void
{
	$token = uuid_text(uuid_v4());
	$sealed = seal($key, 0, $who['tenant'] . $id . 'link', $token);
	sql('link', 'ssissi', [$who['tenant'], $id, 1,
		hash('sha256', $token, true), $sealed, now_ms()]);
}

function insert_session(array $who, string $id, array $in, int $now): void
{
	$tenant = $who['tenant'];
	$entity = null;
	if ($in['name'] !== null) {
		$entity = uuid_v7($now);
		sql('entity', 'ssissssii', [$tenant, $entity, INDIVIDUAL,
			$in['name'], $in['email'], null, null, $now, $now]);
	}
	sql('session', 'ssiissssssiiiiiiiissss', [$tenant, $id, INVITED,
		DOSSIERS, $entity, $in['external_id'], $in['name'],
		$in['email'], $in['locale'], $who['organisation'], 1, $now,
		$now, $now, $in['ttl'], $now, $in['ttl'], PRIORITY_MEDIUM,
		null, null, $tenant, $who['workflow']]);
	sql('delta', 'sssiiiiiiii', [uuid_v7($now), $tenant, $who['workflow'],
		intdiv($now, DAY_MS), INVITED, 1, 0, 0, 0, 0, 0]);
}

function insert_rest(array $who, string $id, array $in, int $now): void
{
	$c = config();
	$key = random_bytes(32);
	sql('session_key', 'sss', [$who['tenant'], $id, seal($c['keys']['wrap'],
		$c['key_id'], $who['tenant'] . $id . 'key', $key)]);
	insert_link($who, $id, $key);
	insert_words($who, $id, $in);
	sql('event', 'sssiiiii', [$who['tenant'], uuid_v7($now), $id,
		EVENT_CREATED, 0, 1, INVITED, $now]);
	$salt = random_bytes(16);
	$addr = $_SERVER['REMOTE_ADDR'];
	sql('audit', 'ssisissiisssi', [$who['tenant'], uuid_v7($now),
		ACTOR_KEY, $who['key'], VERB_CREATE, $id, null, null, INVITED,
		$addr, hash('sha256', $salt . $addr, true), $salt, $now]);
	if ($in['name'] !== null && $in['email'] !== null)
		insert_mail($who, $id);
}

function create_session(): never
{
	$rows = sql('admit', 's', [key_digest()]);
	$who = who($rows[0] ?? null, MAY_CREATE);
	$in = input();
	$now = now_ms();
	$id = uuid_v7($now);
	db()->begin_transaction();
	try {
		expire_due($who);
		insert_session($who, $id, $in, $now);
		insert_rest($who, $id, $in, $now);
		db()->commit();
	} catch (Throwable $e) {
		db()->rollback();
		throw $e;
	}
	$token = jwt(['sub' => uuid_text($id),
		'tenant' => uuid_text($who['tenant']), 'gen' => 1,
		'iat' => intdiv(now_ms(), 1000),
		'exp' => intdiv($now + $in['ttl'], 1000)]);
	answer(201, ['id' => uuid_text($id), 'token' => $token,
		'sessionUrl' => config()['public_url'] . '/verify#' . $token]);
}
