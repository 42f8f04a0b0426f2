# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack that the tests here kill, one for all of them."""
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

# fcgi.py is shared with the tests of the API
sys.path.append(str(Path(__file__).resolve().parents[1] / "api"))

from victim import Victim  # noqa: E402


@pytest.fixture(scope="session")
def victim():
    env_file = os.environ.get("VOUCHSAFE_ENV")
    if not env_file:
        pytest.fail("VOUCHSAFE_ENV must name the stack's env file")
    # Under /tmp and short: a socket's path has 107 bytes.
    base = Path(tempfile.mkdtemp(prefix="vsk."))
    stack = None
    try:
        stack = Victim(base / "run", env_file)
        yield stack
    finally:
        if stack:
            stack.stop()
        shutil.rmtree(base, ignore_errors=True)
