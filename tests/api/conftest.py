# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the API's tests, and the order of those that kill servers."""
import os

import pytest

import kit


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "late(n): runs after all others, by n: it disturbs them")


def pytest_collection_modifyitems(items):
    def turn(item):
        mark = item.get_closest_marker("late")
        return mark.args[0] if mark else 0

    items.sort(key=turn)


@pytest.fixture(scope="session")
def stack():
    path = os.environ.get("VOUCHSAFE_ENV")
    if not path:
        pytest.fail("VOUCHSAFE_ENV must name the stack's env file")
    return kit.Stack(path)


@pytest.fixture(scope="module")
def api(stack, request):
    """A client of an organisation of the module's own."""
    return stack.tenant("Test of " + request.module.__name__)


@pytest.fixture
def link(api):
    """A fresh session's link."""
    session = api.create()
    opened = kit.Link(api, session["token"])
    opened.session = session
    return opened


@pytest.fixture
def later(stack, api, tmp_path):
    """later(ms): the same key's API with the clock that far ahead."""
    return lambda ms: kit.Later(stack, api.key, ms, tmp_path)
