#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private stack's mail server: takes any mail on loopback, sends none.

smtp.py MAILDIR PORT PORTFILE: files what arrives in MAILDIR. PORT 0 takes a
free one; PORTFILE is written once the server listens.
"""
import mailbox
import os
import signal
import sys
import threading

from aiosmtpd.controller import Controller


class Filing:
    """Keeps the bytes as they came, with the envelope on top."""

    def __init__(self, path):
        self.box = mailbox.Maildir(path)

    async def handle_DATA(self, server, session, envelope):
        head = "X-MailFrom: %s\r\nX-RcptTo: %s\r\n" % (
            envelope.mail_from, ", ".join(envelope.rcpt_tos))
        self.box.add(head.encode() + envelope.content)
        return "250 2.0.0 filed"


class Server(Controller):
    """A controller that can take a free port and tell which."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main():
    path, port, port_file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = Server(Filing(path), hostname="127.0.0.1", port=port,
                    ready_timeout=10)
    server.start()
    with open(port_file + ".new", "w") as out:
        out.write("%d\n" % server.port)
    os.rename(port_file + ".new", port_file)
    ended.wait()
    server.stop()


main()
