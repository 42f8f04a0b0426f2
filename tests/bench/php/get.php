<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// GET of one session: key, session and checks in one statement.
declare(strict_types=1);

const MAY_READ = 2;
const STATES = [1 => 'created', 'created', 'started', 'started', 'processing',
	'processing', 'processing', 'processing', 'started', 'completed',
	'completed', 'expired', 'cancelled', 'failed'];
const EXPIRED = 12;
const OUTCOME_ERROR = 5;
const INVALID = [11 => true, 14 => true];
const OUTCOMES = [null, 'clear', 'consider', 'consider', 'issue', null];

function check(?array $row): ?array
{
	if (!$row)
		return null;
	$failed = $row[20] === OUTCOME_ERROR;
	return [
		'status' => [1 => 'pending', 'processing',
			$failed ? 'failed' : 'completed'][$row[19]],
		'result' => OUTCOMES[$row[20]] ?? null,
		'startedAt' => $row[22],
		'completedAt' => $row[23],
	];
}

function get_session(string $text): never
{
	$hex = str_replace('-', '', $text);
	$id = ctype_xdigit($hex) && strlen($hex) === 32 ? hex2bin($hex) : '';
	$rows = sql('admit_with_session', 'ss', [$id, key_digest()]);
	$who = who($rows[0] ?? null, MAY_READ);
	$s = $rows[0];
	if ($s[9] === null)
		fail(404, 'Not Found', 'Session not found.');
	$checks = [];
	foreach ($rows as $row)
		if ($row[18] !== null)
			$checks[$row[18]] = $row;
	$due = $s[17];
	$state = $due !== null && $due <= now_ms() ? EXPIRED : $s[10];
	answer(200, [
		'id' => uuid_text($s[9]),
		'organizationId' => uuid_text($who['organisation']),
		'state' => STATES[$state],
		'isInvalid' => isset(INVALID[$state]),
		'isComplete' => $s[15] !== null,
		'createdAt' => $s[14],
		'externalId' => $s[11],
		'customerName' => $s[12],
		'customerEmail' => $s[13],
		'expiresAt' => $s[15] !== null ? null : $s[16],
		'completedAt' => $s[15],
		'documentVerification' => check($checks[1] ?? null),
		'faceVerification' => check($checks[2] ?? null),
	]);
}
