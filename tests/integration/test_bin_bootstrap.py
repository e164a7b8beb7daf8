"""What bin/run says before .venv is there."""

import importlib.util
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from stack import bootstrap


def test_a_python_without_venv_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        bootstrap.make_venv(tmp_path / "install.log")
    assert ended.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "apt install python3" in lines[0]


def test_a_failed_installation_shows_its_last_lines_and_where_the_rest_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "install.log"
    with pytest.raises(SystemExit) as ended:
        bootstrap.run_logged([sys.executable, "-c", "print('no such hash'); exit(3)"], log, "Installing")
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "no such hash",
        f"That did not work; the whole output is in {log}.",
    ]


def test_a_stopped_installation_leaves_no_process(tmp_path: Path) -> None:
    log = tmp_path / "install.log"
    script = (
        "import signal, sys; from pathlib import Path; from stack import bootstrap\n"
        "signal.signal(signal.SIGTERM, bootstrap.stop)\n"
        "bootstrap.run_logged([sys.executable, '-c', 'import time; time.sleep(60)'], Path(sys.argv[1]), 'x')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, log], cwd=bootstrap.ROOT / "bin", stdout=subprocess.DEVNULL
    )
    children: list[psutil.Process] = []
    while not children:
        children = psutil.Process(process.pid).children()
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 128 + signal.SIGTERM
    assert not psutil.wait_procs(children, timeout=20)[1]
