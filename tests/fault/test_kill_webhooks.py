# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the lane that sends webhooks: every event arrives, at least once,
and a copy is the same to the byte."""
import http.server
import random
import threading
import time

from victim import children, sockets, wait_for

SESSIONS, KILLS = 40, 6


class Receiver:
    def __init__(self):
        self.got, self.lock = {}, threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.lock:
                    outer.got.setdefault(self.headers["webhook-id"],
                                         []).append(body)
                time.sleep(0.2)
                try:
                    self.send_response(200)
                    self.end_headers()
                except OSError:
                    pass  # its sender was killed

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()


def busy(victim):
    """The lane that has more open than its database, while no mail is sent."""
    return [pid for pid in children(victim.pid("jobs")) if sockets(pid) > 1]


def test_webhooks_survive_kills(victim):
    receiver = Receiver()
    status, made = victim.call("POST", "/kyc/webhooks", {
        "url": receiver.url, "events": ["kyc.session.created"]})
    assert status == 201, made
    hits = 0
    for i in range(SESSIONS):
        status, _ = victim.call("POST", "/kyc-sessions", {})
        assert status == 201
        if hits < KILLS and i * KILLS >= hits * SESSIONS:
            lanes = wait_for(30, lambda: busy(victim), "a lane to be busy")
            hits += victim.kill(random.choice(lanes))
    wait_for(60, lambda: len(receiver.got) == SESSIONS, "every event")
    wait_for(60, lambda: victim.sql(
        "SELECT COUNT(*) FROM delivery WHERE status <> 2") == [["0"]],
        "every delivery to be recorded")
    assert hits == KILLS
    for copies in receiver.got.values():
        assert len(set(copies)) == 1
    assert victim.sql("SELECT COUNT(*) FROM event WHERE pending IS NOT NULL"
                      ) == [["0"]]
    assert victim.sql("SELECT COUNT(*) FROM delivery") == [[str(SESSIONS)]]
    assert not victim.findings()
    victim.call("DELETE", "/kyc/webhooks/" + made["data"]["webhook_id"])
    receiver.server.shutdown()
