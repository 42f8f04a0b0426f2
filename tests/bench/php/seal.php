<?php
// SPDX-License-Identifier: GPL-3.0-or-later
// Sealed boxes and JWTs, byte for byte as src/crypto/seal.h documents them.
declare(strict_types=1);

function seal(string $key, int $key_id, string $context, string $plain): string
{
	$salt = random_bytes(16);
	$prefix = random_bytes(7);
	$header = 'VSFS' . "\1" . pack('N', $key_id) . $salt . $prefix;
	$own = hash_hmac('sha256', 'vouchsafe/1/object' . $salt . "\1", $key,
		true);
	$sealed = openssl_encrypt($plain, 'aes-256-gcm', $own,
		OPENSSL_RAW_DATA, $prefix . pack('N', 0) . "\1", $tag,
		$header . $context);
	return $header . $sealed . $tag;
}

function base64url(string $bytes): string
{
	return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function jwt(array $claims): string
{
	$head = ['alg' => 'HS256', 'kid' => (string)config()['key_id'],
		'typ' => 'JWT'];
	$text = base64url(json_encode($head)) . '.' .
		base64url(json_encode($claims));
	return $text . '.' . base64url(
		hash_hmac('sha256', $text, config()['keys']['jwt'], true));
}
