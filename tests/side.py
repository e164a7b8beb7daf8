"""A pytest plugin, loaded before Django's settings: gives each process of pytest-xdist servers of its own.

`bin/test` starts them and hands their settings over in HARK_TEST_SIDES.
"""

import json
import os

worker = os.environ.get("PYTEST_XDIST_WORKER")  # gw0, gw1...
if worker and "HARK_TEST_SIDES" in os.environ:
    os.environ.update(json.loads(os.environ["HARK_TEST_SIDES"])[int(worker.removeprefix("gw"))])
