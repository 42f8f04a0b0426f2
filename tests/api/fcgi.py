# SPDX-License-Identifier: GPL-3.0-or-later
"""Half a request to a worker: nginx would wait for the whole body first."""
import socket
import struct

BEGIN, PARAMS, STDIN = 1, 4, 5


def record(kind, content):
    """FastCGI specification 1.0, section 3.3; request 1."""
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 1 << 31)


def pairs(params):
    out = b""
    for name, value in params.items():
        name, value = name.encode(), value.encode()
        out += length(len(name)) + length(len(value)) + name + value
    return out


def begin(path, params, body, size):
    """Sends the head of a request (a POST, unless params say) and that much of a
    body of size bytes; the open connection."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(30)
    link.connect(str(path))
    params = dict({"REQUEST_METHOD": "POST"}, CONTENT_LENGTH=str(size),
                  **params)
    link.sendall(record(BEGIN, struct.pack(">HB5x", 1, 0)))
    link.sendall(record(PARAMS, pairs(params)) + record(PARAMS, b""))
    for at in range(0, len(body), 65528):
        link.sendall(record(STDIN, body[at:at + 65528]))
    return link
