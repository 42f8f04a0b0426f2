<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// What both scripts share: the database, keys, ids, answers.
declare(strict_types=1);

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

/** Statements, keys and addresses, written by the benchmark; opcached. */
function config(): array
{
	static $config;
	return $config ??= require $_SERVER['BENCH_CONFIG'];
}

function db(): mysqli
{
	static $db;
	$c = config();
	return $db ??= new mysqli('p:localhost', $c['user'], $c['password'],
		$c['name'], 0, $c['socket']);
}

/** Runs one prepared statement; the rows, or [] where it has none. */
function sql(string $name, string $types, array $values): array
{
	$statement = db()->prepare(config()['sql'][$name]);
	return run($statement, $types, $values);
}

function run(mysqli_stmt $statement, string $types, array $values): array
{
	$statement->bind_param($types, ...$values);
	$statement->execute();
	$result = $statement->get_result();
	$rows = $result ? $result->fetch_all(MYSQLI_NUM) : [];
	$statement->close();
	return $rows;
}

function now_ms(): int
{
	return (int)(microtime(true) * 1000);
}

/** RFC 9562, 5.7, as 16 bytes. */
function uuid_v7(int $ms): string
{
	$b = substr(pack('J', $ms), 2) . random_bytes(10);
	$b[6] = chr(ord($b[6]) & 0x0f | 0x70);
	$b[8] = chr(ord($b[8]) & 0x3f | 0x80);
	return $b;
}

function uuid_v4(): string
{
	$b = random_bytes(16);
	$b[6] = chr(ord($b[6]) & 0x0f | 0x40);
	$b[8] = chr(ord($b[8]) & 0x3f | 0x80);
	return $b;
}

function uuid_text(string $b): string
{
	$h = bin2hex($b);
	return substr($h, 0, 8) . '-' . substr($h, 8, 4) . '-' .
		substr($h, 12, 4) . '-' . substr($h, 16, 4) . '-' .
		substr($h, 20);
}

function answer(int $status, array $body): never
{
	http_response_code($status);
	header('Content-Type: application/json; charset=utf-8');
	header('X-Content-Type-Options: nosniff');
	header('X-Request-Id: ' . $_SERVER['REQUEST_ID']);
	$text = json_encode($body, JSON_UNESCAPED_SLASHES |
		JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
	echo $text;
	log_request($status, strlen($text));
	exit;
}

/** One line a request, with the fields of vouchsafe's own. */
function log_request(int $status, int $bytes): void
{
	if (config()['log'] === '')
		return;
	$us = (int)((microtime(true) - $_SERVER['REQUEST_TIME_FLOAT']) * 1e6);
	$ids = isset($GLOBALS['who']) ?
		' tenant=' . uuid_text($GLOBALS['who']['tenant']) .
		' key=' . uuid_text($GLOBALS['who']['key']) : '';
	file_put_contents(config()['log'], date('Y-m-d\TH:i:s') .
		'Z level=info program=php pid=' . getmypid() .
		' event=request id=' . $_SERVER['REQUEST_ID'] .
		' method=' . $_SERVER['REQUEST_METHOD'] .
		' route=' . ROUTE . ' protocol=dossiers status=' . $status .
		' us=' . $us . ' bytes=' . $bytes . $ids . "\n", FILE_APPEND);
}

function fail(int $status, string $error, string $message): never
{
	answer($status, ['statusCode' => $status, 'message' => $message,
		'error' => $error]);
}

/** The HMAC that the key is found by. */
function key_digest(): string
{
	$header = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
	if (!preg_match('/^Bearer +(vs_(?:live|test)_[0-9A-Za-z]{36})$/', $header, $m))
		fail(401, 'Unauthorized', 'The API key is missing or not valid.');
	return hash_hmac('sha256', $m[1], config()['keys']['api-key'], true);
}

/** Who asks, from the nine first columns; the permission is a bit. */
function who(?array $row, int $permission): array
{
	if (!$row || $row[4] !== null || ($row[3] !== null && $row[3] <= now_ms()))
		fail(401, 'Unauthorized', 'The API key is missing or not valid.');
	if (($row[2] & $permission) !== $permission)
		fail(403, 'Forbidden', 'The API key lacks the permission.');
	$GLOBALS['who'] = ['tenant' => $row[0], 'key' => $row[1],
		'organisation' => $row[6], 'live' => (bool)$row[7],
		'workflow' => $row[8]];
	return $GLOBALS['who'];
}
