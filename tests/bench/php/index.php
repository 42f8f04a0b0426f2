<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// The benchmark's counterpart in PHP: the same two endpoints, the same tables.
declare(strict_types=1);

require __DIR__ . '/common.php';

$path = strtok($_SERVER['REQUEST_URI'], '?');
if ($_SERVER['REQUEST_METHOD'] === 'GET' &&
    str_starts_with($path, '/kyc-sessions/')) {
	define('ROUTE', '/kyc-sessions/{id}');
	require __DIR__ . '/get.php';
	get_session(substr($path, strlen('/kyc-sessions/')));
}
if ($_SERVER['REQUEST_METHOD'] === 'POST' && $path === '/kyc-sessions') {
	define('ROUTE', '/kyc-sessions');
	require __DIR__ . '/create.php';
	create_session();
}
define('ROUTE', '-');
fail(404, 'Not Found', 'There is nothing at this path.');
