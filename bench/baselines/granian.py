"""granian from PyPI, in a virtual environment of its own that is kept for the next time."""

import sys
from pathlib import Path

from stack import processes
from stack.environment import process_environment, var_folder

VERSION = "2.8.7"
NEEDED = (f"granian=={VERSION}", "uvloop", "a2wsgi")


def installed(work: Path) -> Path:
    """The program. Raises Refused where it can not be had."""
    venv = var_folder() / f"granian-{VERSION}"
    if not (venv / "installed").exists():
        with processes.step("Installing granian"):
            log, environment = work / "granian-install.log", process_environment({})
            processes.run([sys.executable, "-m", "venv", "--clear", venv], log, environment)
            pip: list[str | Path] = [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install"]
            processes.run([*pip, "--no-input", *NEEDED], log, environment)
        (venv / "installed").touch()
    return venv / "bin" / "granian"
