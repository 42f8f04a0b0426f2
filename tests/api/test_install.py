# SPDX-License-Identifier: GPL-3.0-or-later
"""make install, uninstall and the archive: complete, and clean afterwards."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
DATA = "usr/local/share/vouchsafe"


@pytest.fixture(scope="module")
def built(stack):
    return stack.bin


def make(built, *words):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(["make", "-C", str(built), *words], text=True,
                          capture_output=True, timeout=300, env=clean)
    assert done.returncode == 0, done.stdout + done.stderr


def files(directory):
    """Their names below it, behind links to directories as well."""
    return {os.path.relpath(os.path.join(where, name), directory)
            for where, _, names in os.walk(directory, followlinks=True)
            for name in names}


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    make(built, "install", "DESTDIR=%s" % root)
    yield root
    make(built, "uninstall", "DESTDIR=%s" % root)
    assert files(root) == set()
    assert not (root / DATA).exists()


def test_programs(installed):
    for name in ("bin/vouchsafe", "libexec/vouchsafe.fcgi",
                 "libexec/vouchsafe-jobs", "libexec/vouchsafe-check",
                 "libexec/vouchsafe-specimen"):
        assert os.access(installed / "usr/local" / name, os.X_OK), name
    told = subprocess.run([installed / "usr/local/bin/vouchsafe", "--help"],
                          text=True, capture_output=True, timeout=30)
    assert told.returncode == 0 and "vouchsafe migrate" in told.stdout


def test_every_file_of_the_page_templates_and_migrations(installed):
    for name in ("www", "templates", "sql"):
        assert files(installed / DATA / name) == files(TOP / name), name
    assert (files(installed / DATA / "nginx/snippets")
            == files(TOP / "nginx/snippets"))


def test_manual_units_examples(installed):
    for name in ("man/man1/vouchsafe.1", "man/man5/vouchsafe.conf.5",
                 "man/man8/vouchsafe.fcgi.8", "man/man8/vouchsafe-jobs.8",
                 "doc/vouchsafe/README", "doc/vouchsafe/shared-host.md",
                 "doc/vouchsafe/native-api.md", "doc/vouchsafe/dossiers.md",
                 "doc/vouchsafe/vouchsafe.conf.sample",
                 "vouchsafe/nginx/vouchsafe.conf",
                 "vouchsafe/shared-host/htaccess",
                 "vouchsafe/shared-host/vouchsafe.cgi"):
        assert (installed / "usr/local/share" / name).stat().st_size, name
    for name in ("systemd/system/vouchsafe.service",
                 "systemd/system/vouchsafe-jobs.service",
                 "tmpfiles.d/vouchsafe.conf", "sysusers.d/vouchsafe.conf"):
        assert (installed / "usr/local/lib" / name).stat().st_size, name


def test_installed_files_name_the_configured_directories(tmp_path):
    build, root = tmp_path / "build", tmp_path / "root"
    build.mkdir()
    done = subprocess.run(
        [TOP / "configure", "-q", "--prefix=/opt/kyc", "--sysconfdir=/etc",
         "--localstatedir=/var"], cwd=build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # Only what needs no compiler.
    make(build, "install-data", "DESTDIR=%s" % root)
    found = {p.name: p.read_text() for p in root.rglob("*")
             if p.is_file() and p.suffix not in (".bin", ".md", "")
             and "www" not in p.parts}
    for name, wanted in (
            ("vouchsafe.service", "ExecStart=/opt/kyc/libexec/vouchsafe.fcgi "
             "--conf /etc/vouchsafe/vouchsafe.conf"),
            ("vouchsafe-jobs.service", "/opt/kyc/libexec/vouchsafe-jobs"),
            ("vouchsafe.conf", "root /opt/kyc/share/vouchsafe/www;"),
            ("vouchsafe.cgi", "exec /opt/kyc/libexec/vouchsafe.fcgi"),
            ("vouchsafe.1", "/etc/vouchsafe/keyring"),
            ("vouchsafe.conf.5", "/var/lib/vouchsafe/store"),
            ("vouchsafe.conf.sample", "#keyring_file = /etc/vouchsafe/")):
        text = "".join(p.read_text() for p in root.rglob(name))
        assert wanted in text, name
    for name, text in found.items():
        assert "/usr/local/" not in text, name


def test_archive_has_every_file(built, tmp_path):
    if not (TOP / ".git").exists() or not shutil.which("git"):
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", TOP,
                             "ls-files", "-z"], text=True,
                            capture_output=True)
    assert listed.returncode == 0, listed.stderr
    tree = tmp_path / "tree"
    make(built, "distdir", "distdir=%s" % tree)
    tracked = {name for name in listed.stdout.strip("\0").split("\0")
               if not (TOP / name).is_dir()}  # a link stands for its files
    missing = tracked - files(tree)
    # What only the checkout needs.
    assert missing - {".gitignore"} == set()
