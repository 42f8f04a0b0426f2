# SPDX-License-Identifier: GPL-3.0-or-later
"""./bootstrap from outside: stacks of their own in throw-away directories."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


def bootstrap(run, *words, timeout=240, **more):
    """Runs it to its end; the answer has returncode, stdout and stderr."""
    env = dict(os.environ, VOUCHSAFE_RUN=str(run))
    # A range of its own, well away from a demo's.
    env.setdefault("VOUCHSAFE_PORTS", "18080-18179")
    env.update(more)
    return subprocess.run([str(TOP / "bootstrap"), *words], env=env, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=timeout)


def processes(run):
    """Whatever the stack in that directory still has running."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environ = (entry / "environ").read_bytes().split(b"\0")
            here = os.readlink(entry / "cwd").replace(" (deleted)", "")
            name = (entry / "comm").read_text().strip()
        except OSError:
            continue
        if (("VOUCHSAFE_STACK=%s" % run).encode() in environ
                or (name == "nginx" and here == str(run))):
            found.append(int(entry.name))
    return found


def env_of(run):
    text = (run / "demo.env").read_text()
    return dict(line.split("=", 1) for line in text.splitlines())


def ready(run):
    url = env_of(run)["VOUCHSAFE_URL"] + "/readyz"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status == 200


@pytest.fixture
def run():
    # Under /tmp and short; not made, for that is bootstrap's to do.
    base = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    directory = base / "run"
    yield directory
    subprocess.run([str(TOP / "bootstrap"), "stop"], timeout=120,
                   env=dict(os.environ, VOUCHSAFE_RUN=str(directory)),
                   capture_output=True)
    shutil.rmtree(base, ignore_errors=True)
    assert processes(directory) == []


def wait_until(seconds, test):
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "waited %d s in vain" % seconds
        time.sleep(0.1)


def test_usage(run):
    assert bootstrap(run).stdout.startswith("usage: ./bootstrap COMMAND")
    wrong = bootstrap(run, "ruin")
    assert wrong.returncode == 2 and "usage:" in wrong.stderr
    assert not run.exists()


def test_start_twice_crash_and_stop_twice(run):
    first = bootstrap(run, "start")
    assert first.returncode == 0, first.stderr
    assert ready(run)
    before = env_of(run)
    assert re.fullmatch(r"vs_live_\w+", before["VOUCHSAFE_KEY"])
    assert re.fullmatch(r"vs_test_\w+", before["VOUCHSAFE_TEST_KEY"])
    for name in ("new", "cur", "tmp"):
        assert (Path(before["VOUCHSAFE_MAIL"]) / name).is_dir()
    assert (run / "demo.env").stat().st_mode & 0o777 == 0o600
    assert run.stat().st_mode & 0o777 == 0o700
    temp = Path((run / "temp.path").read_text().strip())
    assert temp.stat().st_mode & 0o777 == 0o700

    second = bootstrap(run, "start")
    assert second.returncode == 0
    assert "already running: " + before["VOUCHSAFE_URL"] in second.stdout

    for pid in processes(run):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    again = bootstrap(run, "start")
    assert again.returncode == 0, again.stderr
    assert "did not end well" in again.stdout
    assert ready(run)
    # The same organisation and keys as before.
    assert env_of(run)["VOUCHSAFE_KEY"] == before["VOUCHSAFE_KEY"]

    for _ in range(2):
        stopped = bootstrap(run, "stop")
        assert stopped.returncode == 0 and stopped.stderr == ""
        assert processes(run) == []
    assert not temp.exists()
    assert (run / "db.installed").exists()


def start_run(run):
    env = dict(os.environ, VOUCHSAFE_RUN=str(run),
               VOUCHSAFE_PORTS="18080-18179")
    output = open(str(run) + ".out", "w+")
    # A session of its own, so that a Ctrl-C can be sent to it alone.
    process = subprocess.Popen(
        [str(TOP / "bootstrap"), "run"], env=env, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        # As in a terminal: a script in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def text():
        return Path(output.name).read_text()

    wait_until(240, lambda: "Running after" in text()
               or process.poll() is not None)
    assert process.poll() is None, text()
    return process, text


def test_run_shows_a_session_and_ends_at_ctrl_c(run):
    process, text = start_run(run)
    shown = text()
    url = env_of(run)["VOUCHSAFE_URL"]
    link = re.search(r"^  (%s/verify#\S+)$" % re.escape(url), shown, re.M)
    assert link, shown
    assert str(run / "demo.env") in shown
    mail = re.search(r"^Her invitation: (\S+)$", shown, re.M)
    assert mail, shown
    assert "ada@example.org" in Path(mail[1]).read_text()
    # The link is a secret: no log may hold it.
    token = link[1].split("#")[1]
    for log in (run / "log").iterdir():
        assert token not in log.read_text(errors="replace"), log
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 0, text()
    assert processes(run) == []


def test_run_mends_what_dies(run):
    process, text = start_run(run)
    for part in ("nginx", "api"):
        os.kill(int((run / "pid" / part).read_text().split()[0]),
                signal.SIGKILL)
        wait_until(20, lambda: "%s is running again" % part in text())
    wait_until(10, lambda: ready(run))
    stopped = bootstrap(run, "stop")
    assert stopped.returncode == 0
    assert process.wait(30) == 0
    assert "Stopped by another ./bootstrap." in text()


def test_a_killed_run_can_be_stopped(run):
    process, _ = start_run(run)
    process.kill()
    process.wait(10)
    assert processes(run)
    assert bootstrap(run, "stop").returncode == 0
    assert processes(run) == []


def test_long_path(run):
    deep = run / ("x" * 100)
    run.mkdir()
    started = bootstrap(deep, "start")
    assert started.returncode == 0, started.stderr
    assert ready(deep)
    sockets = Path(env_of(deep)["VOUCHSAFE_DB_SOCKET"]).parent
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert bootstrap(deep, "stop").returncode == 0
    assert not sockets.exists()


def take_port(listener):
    """Below the range that outgoing connections take their ports from."""
    for port in range(18400, 18900, 50):
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
            return port
        except OSError:
            continue
    raise RuntimeError("no free port")


def test_all_ports_taken(run):
    with socket.socket() as taken:
        port = take_port(taken)
        result = bootstrap(run, "start",
                           VOUCHSAFE_PORTS="%d-%d" % (port, port))
    assert result.returncode == 1
    assert "every port from %d to %d is in use" % (port, port) in result.stderr
    assert processes(run) == []


def test_next_port(run):
    with socket.socket() as taken:
        port = take_port(taken)
        result = bootstrap(run, "start",
                           VOUCHSAFE_PORTS="%d-%d" % (port, port + 40))
        assert result.returncode == 0, result.stderr
        assert not env_of(run)["VOUCHSAFE_URL"].endswith(":%d" % port)
        assert ready(run)


def test_somebody_elses_directory(run):
    run.mkdir()
    (run / "letter").write_text("dear")
    for command in ("start", "stop"):
        result = bootstrap(run, command)
        assert (run / "letter").read_text() == "dear"
        assert list(run.iterdir()) == [run / "letter"]
    assert bootstrap(run, "start").returncode == 1
    assert "holds something else" in bootstrap(run, "start").stderr
    assert result.returncode == 0


def fakes(directory, **scripts):
    directory.mkdir()
    for name, text in scripts.items():
        path = directory / name.replace("_", "-")
        path.write_text("#!/bin/sh\n%s\n" % text)
        path.chmod(0o755)
    return "%s:%s" % (directory, os.environ["PATH"])


def test_packages_missing_without_root(run, tmp_path):
    path = fakes(tmp_path / "bin", dpkg_query="echo 'ii  gcc'",
                 id="echo 1000", sudo="exit 1", apt_get="exit 99")
    result = bootstrap(run, "start", PATH=path)
    assert result.returncode == 1
    assert "neither root nor a user with sudo" in result.stderr
    assert "apt-get install --no-install-recommends" in result.stderr
    assert " make " in result.stderr and " gcc " not in result.stderr


def test_full_disk(run, tmp_path):
    path = fakes(tmp_path / "bin",
                 df="echo h; echo '/dev/x 1000 988 12 99% /'")
    result = bootstrap(run, "start", PATH=path)
    assert result.returncode == 1
    assert "the disk is nearly full: 12 MB are free" in result.stderr


def test_a_part_that_cannot_start_says_so(run, tmp_path):
    path = fakes(tmp_path / "bin", mariadbd="echo cannot today >&2; exit 1")
    began = time.monotonic()
    result = bootstrap(run, "start", PATH=path)
    assert result.returncode == 1
    assert "the database does not come up" in result.stderr
    assert "cannot today" in result.stderr
    assert time.monotonic() - began < 60
    assert processes(run) == []
