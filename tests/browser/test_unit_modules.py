"""The page's modules without a page: their tests are in JavaScript, and run in Node."""

import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

TESTS = Path(__file__).parent / "unit"
DRIVER = Path(playwright.__file__).parent / "driver"  # Playwright brings a Node of its own
NO_NODE = "NO NODE: the tests of the page's modules are skipped; install Node 20 or newer to run them."


def test_the_modules_of_the_page_pass_their_tests() -> None:
    node = shutil.which("node") or shutil.which(DRIVER / "node")
    if node is None:
        pytest.skip(NO_NODE)
    files = sorted(str(file) for file in TESTS.glob("*.test.js"))
    assert files
    result = subprocess.run([node, "--test", *files], capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
