# SPDX-License-Identifier: GPL-3.0-or-later
"""Manual pages and the sample configuration say what the programs do."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def built(stack):
    return lambda name, *words: subprocess.run(
        [stack.bin / name, *words], text=True, capture_output=True, timeout=30)


def page(name):
    """The page's text without fonts and escapes."""
    text = (TOP / "doc" / name).read_text().replace("\\\n", "")
    text = re.sub(r"\\f.", "", text).replace(r"\-", "-")
    return re.sub(r"^\.(?:TP|TQ|PP|B|BR|I|RB|IR|RI|BI)\b ?", "", text,
                  flags=re.M)


def test_sample_is_the_programs(built):
    sample = built("vouchsafe", "conf", "--sample").stdout
    assert "[database]" in sample
    # Directories are those of the default prefix in both.
    assert (TOP / "doc/vouchsafe.conf.sample").read_text() == sample, (
        "make it again: tools/conf-man.py says how")


def test_configuration_page_is_the_samples():
    sample = (TOP / "doc/vouchsafe.conf.sample").read_text()
    made = subprocess.run([sys.executable, TOP / "tools/conf-man.py"],
                          input=sample, text=True, capture_output=True,
                          check=True).stdout
    assert (TOP / "doc/vouchsafe.conf.5").read_text() == made, (
        "make it again: tools/conf-man.py says how")
    keys = re.findall(r"^#(\w+) =", sample, re.M)
    assert len(keys) > 30
    for key in keys:
        assert re.search(r"^\.BR %s " % key, made, re.M), key


def test_sample_can_be_read(built, tmp_path):
    text = (TOP / "doc/vouchsafe.conf.sample").read_text()
    text = re.sub(r"^#(\w+ =)", r"\1", text, flags=re.M)
    (tmp_path / "a.conf").write_text(text)
    told = built("vouchsafe", "--conf", str(tmp_path / "a.conf"), "conf",
                 "check")
    assert told.returncode == 0, told.stderr


def test_every_command_has_its_lines(built):
    text = page("vouchsafe.1")
    helped = built("vouchsafe", "--help").stdout
    commands = re.findall(r"^  vouchsafe (.+)$", helped, re.M)
    assert len(commands) > 10
    for command in commands:
        words = re.findall(r"--[a-z-]+|^[a-z]+ ?[a-z]*|\b[A-Z]+\b", command)
        # The line of the page that begins as the command does.
        begins = words[0].strip()
        found = [line for line in text.splitlines()
                 if re.match(r"%s\b" % re.escape(begins), line)]
        assert found, command
        for word in words[1:]:
            assert any(word in line for line in found), (command, word)


def test_options_of_the_services(built):
    for name, manual in (("vouchsafe.fcgi", "vouchsafe.fcgi.8"),
                         ("vouchsafe-jobs", "vouchsafe-jobs.8")):
        usage = built(name, "--help").stdout
        options = re.findall(r"--[a-z]+", usage)
        assert options
        for option in options:
            assert option in page(manual), option


def test_version_is_the_packages(built):
    wanted = re.search(r"AC_INIT\(\[(\w+)\], \[([\d.]+)\]",
                       (TOP / "configure.ac").read_text()).groups()
    for name in ("vouchsafe", "vouchsafe.fcgi", "vouchsafe-jobs",
                 "vouchsafe-check", "vouchsafe-specimen"):
        told = built(name, "--version")
        assert told.stdout == "%s %s\n" % wanted, name
