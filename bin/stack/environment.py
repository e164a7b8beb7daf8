"""What the commands tell Hark's processes: the settings of backend/config/settings.py."""

import fcntl
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from stack.errors import Refused
from stack.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


def var_folder() -> Path:
    """HARK_VAR, which exists by now."""
    return Path(os.environ.get("HARK_VAR") or ROOT / "var").absolute()


def process_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with the programs of .venv, Hark's settings and unbuffered output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    always = {"PATH": path, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    return {**os.environ, **always, **settings}


def manage(*arguments: str) -> list[str | Path]:
    return [sys.executable, ROOT / "manage.py", *arguments]


def demo_settings(var: Path, port: int) -> dict[str, str]:
    """Settings of bin/run except the servers' addresses; what the environment gives wins."""
    made = {
        "EMAIL_URL": f"maildir://{quote(str(var / 'mail'))}",
        "SECRET_KEY": _secret_key(var / "secret_key"),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HARK_SIGNUP": "open",
        "HARK_INBOUND_DOMAIN": "reply.localhost",
        "HARK_INBOUND_LISTEN": f"127.0.0.1:{free_port()}",
    }
    given = {name: os.environ[name] for name in made if os.environ.get(name)}
    hosts = ["127.0.0.1", "localhost", *os.environ.get("ALLOWED_HOSTS", "").split(",")]
    fixed = {
        "ALLOWED_HOSTS": ",".join(filter(None, hosts)),
        "HARK_DEMO": "1",
        "HARK_VAR": str(var),
        "HOST": "127.0.0.1",  # some shells export the machine's name under this name
        "PORT": str(port),
    }
    return made | given | fixed


def _secret_key(file: Path) -> str:
    """Made once: sessions outlive a restart."""
    with suppress(FileExistsError):
        _write_private(file, secrets.token_urlsafe(48), os.O_EXCL)
    return file.read_text()


def _write_private(file: Path, text: str, flags: int = os.O_TRUNC) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | flags, 0o600), "w") as opened:
        opened.write(text)


@contextmanager
def env_file(var: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """Inside, `manage.py` with the same HARK_VAR finds these settings in HARK_VAR/env."""
    file = var / "env"
    file.unlink(missing_ok=True)
    try:
        _write_private(file, "".join(f"{name}={value}\n" for name, value in settings.items()))
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def locked(var: Path) -> Iterator[None]:
    """Raise Refused if another bin/run works in this folder."""
    with open(var / "lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"bin/run is already running with HARK_VAR={var}.") from None
        yield
