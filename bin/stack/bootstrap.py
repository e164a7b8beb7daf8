"""Makes .venv with the locked packages and goes on in it. Standard library only: nothing is installed yet."""

import fcntl
import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "hark-installed"
# Installing the first also installs the others.
LOCKS = ("requirements-dev.txt", "requirements-run.txt", "requirements.txt")


def fail(line: str) -> NoReturn:
    print(line, file=sys.stderr)
    sys.exit(1)


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def is_installed(lock: str) -> bool:
    """Whether .venv works, stands where it was made and holds what the lock file says."""
    try:
        place, *digests = STAMP.read_text().splitlines()
        subprocess.run([PYTHON, "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False
    return place == str(VENV) and digest(lock) in digests


def is_usable() -> bool:
    """Whether .venv can be installed into; a copied or moved one has scripts that point elsewhere."""
    try:
        if STAMP.exists() and STAMP.read_text().splitlines()[:1] != [str(VENV)]:
            return False
        return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def run_logged(command: list[str | Path], log: Path, what: str) -> None:
    """Run with the output in a log file, a dot every two seconds, and no child left behind."""
    print(what, end=" ", flush=True)
    started = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            while True:
                try:
                    code = process.wait(2)
                    break
                except subprocess.TimeoutExpired:
                    print(".", end="", flush=True)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    if code:
        print(*log.read_text(errors="replace").splitlines()[-30:], sep="\n", file=sys.stderr)
        fail(f"That did not work; the whole output is in {log}.")


def make_venv(log: Path) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        fail(f"Python {version} has no module {missing[0]}; on Debian and Ubuntu: apt install python{version}-venv")
    if VENV.is_symlink():
        VENV.unlink()  # or what it leads to would be cleared
    run_logged([sys.executable, "-m", "venv", "--clear", VENV], log, "Making .venv")


def install(lock: str, log: Path) -> None:
    log.write_bytes(b"")
    if not is_usable():
        make_venv(log)
    STAMP.unlink(missing_ok=True)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    options: list[str | Path] = ["--no-input", "--no-deps", "--require-hashes", "--requirement", ROOT / lock]
    run_logged(pip + options, log, f"Installing the packages of {lock} (only when it has changed)")
    covered = LOCKS[LOCKS.index(lock) :]
    STAMP.write_text("\n".join([str(VENV), *map(digest, covered)]) + "\n")


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """A second command waits until the first has installed."""
    with open(__file__, "rb") as this_file:
        try:
            fcntl.flock(this_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another command that installs the packages ...", flush=True)
            fcntl.flock(this_file, fcntl.LOCK_EX)
        yield


def make_var() -> Path:
    var = Path(os.environ.get("HARK_VAR") or ROOT / "var").absolute()
    try:
        var.mkdir(parents=True, exist_ok=True)
        (var / ".writable").touch()
        (var / ".writable").unlink()
    except OSError as error:
        fail(f"The folder HARK_VAR={var} can not be written: {error.strerror}.")
    return var


def stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def main(command: str, lock: str, arguments: list[str]) -> None:
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored: started by nohup
        signal.signal(signal.SIGHUP, stop)
    var = make_var()
    try:
        if not is_installed(lock):
            with only_one_at_a_time():
                if not is_installed(lock):
                    install(lock, var / "install.log")
    except OSError as error:
        fail(f"Can not install the packages: {error}.")
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "bin"), command, *arguments])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
