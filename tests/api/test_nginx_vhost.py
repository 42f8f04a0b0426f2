# SPDX-License-Identifier: GPL-3.0-or-later
"""The vhost to deploy, nginx/vouchsafe.conf, with its paths replaced."""
import http.client
import os
import ssl
import subprocess

import pytest

from stage import (NGINX, Pool, Server, TOKEN, TOP, answer_ok, free_port,
                   place, private_conf)

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not there")


@pytest.fixture
def deployed(place):
    key, certificate = place / "key.pem", place / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(key), "-out",
         str(certificate), "-days", "2", "-subj", "/CN=kyc.example.org"],
        check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    vhost = (TOP / "nginx/vouchsafe.conf").read_text()
    for old, new in (
            ("listen 80;", "listen 127.0.0.1:%d;" % plain),
            ("listen 443 ssl;", "listen 127.0.0.1:%d ssl;" % secure),
            ("\tlisten [::]:80;\n", ""), ("\tlisten [::]:443 ssl;\n", ""),
            ("/etc/ssl/kyc.example.org/fullchain.pem", str(certificate)),
            ("/etc/ssl/kyc.example.org/privkey.pem", str(key)),
            ("/usr/local/share/vouchsafe/www", str(place / "www")),
            ("/run/vouchsafe-nginx", str(place / "temp")),
            ("/run/vouchsafe/", str(place) + "/"),
            ("/var/log/nginx", str(place / "log"))):
        assert old in vhost, old
        vhost = vhost.replace(old, new)
    (place / "nginx").mkdir()
    (place / "nginx/vhost.conf").write_text(vhost)
    # What Debian's nginx.conf has around it, as far as it matters here.
    text = """
        %s
        daemon off; pid %s/nginx.pid; error_log stderr;
        events {}
        http { proxy_temp_path temp/p; scgi_temp_path temp/s;
               uwsgi_temp_path temp/u; fastcgi_temp_path temp/f;
               client_body_temp_path temp/b; include vhost.conf; }
    """ % ("user root root;" if os.getuid() == 0 else "", place)
    server = Server(place, text, plain)
    server.secure = secure
    yield server
    server.stop()


def secure_ask(server, path, version):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    peer = http.client.HTTPSConnection("127.0.0.1", server.secure, timeout=10,
                                       context=context)
    peer.request("GET", path)
    answer = peer.getresponse()
    return answer.status, answer.headers, answer.read()


def test_vhost(deployed):
    tested = deployed.test()
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    deployed.start()
    status, headers, _ = deployed.ask(
        "GET", "/public/sessions/%s?a=b" % TOKEN, {"Host": "evil.example"})
    assert status == 301
    assert headers["Location"] == (
        "https://kyc.example.org/public/sessions/%s?a=b" % TOKEN)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        for path, wanted in (("/verify", 200), ("/kyc/sessions", 502),
                             ("/nothing", 404)):
            status, headers, _ = secure_ask(deployed, path, version)
            assert status == wanted
            assert headers.get_all("Strict-Transport-Security") == [
                "max-age=31536000; includeSubDomains"]
    assert TOKEN not in deployed.logs()


def test_vhost_tells_workers_of_tls(deployed, place):
    pool = Pool(place / "api.sock", answer_ok)
    deployed.start()
    status, headers, _ = secure_ask(deployed, "/kyc/sessions",
                                    ssl.TLSVersion.TLSv1_3)
    assert status == 200
    assert pool.seen[0]["HTTPS"] == "on"
    assert len(headers.get_all("Strict-Transport-Security")) == 1
    pool.listener.close()


def test_private_conf_is_clean(place):
    port = free_port()
    tested = Server(place, private_conf(place, port), port).test()
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
