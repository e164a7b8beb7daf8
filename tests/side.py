"""A pytest plugin, loaded before Django's settings: gives each process of pytest-xdist servers of its own.

`bin/test` starts them and hands their settings over in HARK_TEST_SIDES.
"""

import json
import os

import pytest

# Where the long tests are that wait for browsers, workers and clocks comes first.
ORDER = ("browser", "integration", "contract", "unit")

worker = os.environ.get("PYTEST_XDIST_WORKER")  # gw0, gw1...
if worker and "HARK_TEST_SIDES" in os.environ:
    os.environ.update(json.loads(os.environ["HARK_TEST_SIDES"])[int(worker.removeprefix("gw"))])


def pytest_addoption(parser: pytest.Parser) -> None:
    """A page is loaded for each tab that is killed, which takes a minute or two of the machine for 200."""
    parser.addoption("--kills", type=int, default=40, help="tabs that test_outbox.py kills; 200 was shown")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a run of several processes, folder by folder: the file that is begun last should be a quick one."""
    if worker:
        items.sort(key=lambda item: ORDER.index(item.path.relative_to(item.config.rootpath / "tests").parts[0]))
