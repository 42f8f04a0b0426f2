# SPDX-License-Identifier: GPL-3.0-or-later
"""The PHP side: a php-fpm pool behind an nginx of the same configuration."""
import glob
import hashlib
import hmac
import os
import re
import shutil
import socket

from stack import HERE, Failed, wait_for

# Each statement by its beginning, and by a part of it where that is not
# enough; vouchsafe.fcgi holds the whole text.
STATEMENTS = {
    "admit": "SELECT k.tenant_id, k.id, k.permissions",
    "admit_with_session": "SELECT k.tenant_id, k.id, k.permissions",
    "due": "SELECT s.tenant_id, s.id,",
    "entity": "INSERT INTO entity (tenant_id, id, type, name, email,"
              " external_id, sealed,",
    "session": "INSERT INTO session ",
    "session_key": "INSERT INTO {keys}.session_key ",
    "delta": "INSERT INTO session_delta ",
    "link": "INSERT INTO link ",
    "word": "INSERT IGNORE INTO word ",
    "event": "INSERT INTO event ",
    "audit": "INSERT INTO audit ",
    "mail": "INSERT INTO mail ",
    "job": "INSERT INTO job ",
}
PARTS = {
    "admit": " k.tenant_id WHERE k.digest = ?",
    "admit_with_session": " LEFT JOIN session s ",
    "due": " AND s.due_at <= ? ORDER BY s.due_at ",
}
PURPOSES = ("api-key", "wrap", "jwt")


def statements(program):
    """The SQL that the program holds, so that both sides run the same."""
    texts = [t.decode() for t in program.read_bytes().split(b"\0")
             if t.startswith((b"SELECT ", b"INSERT "))]
    found = {}
    for name, start in STATEMENTS.items():
        fit = [t for t in texts
               if t.startswith(start) and PARTS.get(name, "") in t]
        if not fit:
            raise Failed("%s holds no statement %r" % (program, start))
        found[name] = min(fit, key=len)
    # PHP adds as many rows as it has words.
    found["word"] = found["word"].partition("(?")[0]
    return {k: t.replace("{keys}", "`vouchsafe_keys`")
            for k, t in found.items()}


def hkdf(secret, info):
    """RFC 5869 with SHA-256, no salt, 32 bytes."""
    prk = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(prk, info + b"\1", hashlib.sha256).digest()


def literal(value):
    if isinstance(value, dict):
        return "[%s]" % ",\n".join("%s => %s" % (literal(k), literal(v))
                                   for k, v in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raw = value if isinstance(value, bytes) else value.encode()
    return '"%s"' % "".join("\\x%02x" % b for b in raw)


def newest_key(path):
    rows = [line.split() for line in path.read_text().splitlines()
            if line and not line.startswith("#")]
    key_id, _, secret = max(rows, key=lambda r: (int(r[1]), int(r[0])))
    return int(key_id), bytes.fromhex(secret)


def write_config(stack, log):
    key_id, secret = newest_key(stack.run / "keyring")
    config = {
        "socket": stack.env["VOUCHSAFE_DB_SOCKET"], "user": "vouchsafe",
        "password": (stack.run / "db.password").read_text().strip(),
        "name": "vouchsafe", "public_url": stack.url, "key_id": key_id,
        "keys": {p: hkdf(secret, b"vouchsafe/1/" + p.encode())
                 for p in PURPOSES},
        "log": str(stack.run / "log/php-requests.log") if log else "",
        "sql": statements(stack.bin / "vouchsafe.fcgi"),
    }
    path = stack.run / "bench-config.php"
    path.write_text("<?php return %s;\n" % literal(config))
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Php:
    """pool: the parent of the PHP workers; nginx: the parent of its own."""

    def __init__(self, stack, workers, log):
        self.stack = stack
        self.socket = stack.sockets / "php.sock"
        self.start_pool(workers)
        self.start_nginx(write_config(stack, log))

    def start_pool(self, workers):
        programs = sorted(glob.glob("/usr/sbin/php-fpm[0-9]*"))
        if not programs:
            raise Failed("there is no php-fpm: apt-get install php-fpm "
                         "php-mysql")
        conf = self.stack.run / "php-fpm.conf"
        conf.write_text((HERE / "php/pool.conf.in").read_text()
                        .replace("@SOCKET@", str(self.socket))
                        .replace("@USER_LINE@", "" if os.getuid() else
                                 "user = root")
                        .replace("@WORKERS@", str(workers)))
        self.program = programs[-1]
        # -R: as root where ./bootstrap runs as root; a user's pool ignores it
        self.pool = self.stack.spawn("php", self.program, "-R", "-F",
                                     "-y", str(conf))
        wait_for(10, self.socket.exists, "php-fpm")

    def start_nginx(self, config):
        """The stack's own configuration with another port and upstream."""
        run, port = self.stack.run, free_port()
        text = (run / "nginx/nginx.conf").read_text()
        text = re.sub(r'"unix:[^"]*"', '"unix:%s"' % self.socket, text)
        text = re.sub(r"127\.0\.0\.1:\d+ ", "127.0.0.1:%d " % port, text)
        text = text.replace("nginx/nginx.pid", "nginx/php.pid")
        text = text.replace("access.log", "php-access.log")
        params = 'fastcgi_param SCRIPT_FILENAME "%s";\n' \
            'fastcgi_param BENCH_CONFIG "%s";\n' % (
                HERE / "php/index.php", config)
        text = text.replace("include snippets/vouchsafe-locations.conf;",
                            params + "include snippets/"
                            "vouchsafe-locations.conf;")
        (run / "nginx/php.conf").write_text(text)
        self.nginx = self.stack.spawn(
            "php-nginx", shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin"),
            "-p", str(run), "-c", str(run / "nginx/php.conf"), "-e", "stderr")
        self.url = "http://127.0.0.1:%d" % port
        wait_for(10, lambda: listens(port), "nginx of PHP")


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0
