"""matrix-synapse from PyPI, in a virtual environment of its own that is kept for the next time."""

import hashlib
import hmac
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stack import processes
from stack.environment import process_environment, var_folder
from stack.errors import Refused
from stack.ports import free_port

from bench.harness import http, server, wrk
from bench.harness.readers import ask_once

VERSION = "1.163.2"
CONFIGURATION = """
server_name: bench
pid_file: {folder}/homeserver.pid
listeners: [{{port: {port}, type: http, bind_addresses: [127.0.0.1], resources: [{{names: [client]}}]}}]
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
log_config: {folder}/log.yaml
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: {secret}
macaroon_secret_key: {secret}
form_secret: {secret}
report_stats: false
trusted_key_servers: []
presence: {{enabled: false}}
"""
LOGGING = "{version: 1, root: {level: ERROR}}"


@contextmanager
def running(work: Path) -> Iterator[tuple[server.Server, Path]]:
    """The server, and the file with its idle poll for wrk. Raises Refused where it can not be had."""
    python = _installed(work)
    folder = work / "synapse"
    folder.mkdir()
    port, secret = free_port(), secrets.token_hex(16)
    configuration = folder / "homeserver.yaml"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, secret=secret))
    (folder / "log.yaml").write_text(LOGGING)
    command: list[str | Path] = [python, "-m", "synapse.app.homeserver", "-c", configuration]
    processes.run([*command, "--generate-keys"], folder / "keys.log", process_environment({}), cwd=folder)
    path = "/_matrix/client/versions"
    with server.running("synapse", command, work, {}, port=port, path=path) as started:
        yield started, wrk.write_requests(work / "synapse-idle", [_idle_poll(port, secret)])


def _installed(work: Path) -> Path:
    """The Python of the virtual environment."""
    venv = var_folder() / f"synapse-{VERSION}"
    python = venv / "bin" / "python"
    if not (venv / "installed").exists():
        with processes.step("Installing matrix-synapse"):
            log, environment = work / "synapse-install.log", process_environment({})
            processes.run([sys.executable, "-m", "venv", "--clear", venv], log, environment)
            pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
            processes.run([*pip, f"matrix-synapse=={VERSION}"], log, environment)
        (venv / "installed").touch()
    return python


def _idle_poll(port: int, secret: str) -> bytes:
    """Of a user in one room with one message, who has seen it."""
    nonce = _ask(port, "GET", "/_synapse/admin/v1/register")["nonce"]
    account = {"nonce": nonce, "username": "alice", "password": secrets.token_hex(8), "admin": False}
    signed = "\0".join([nonce, account["username"], account["password"], "notadmin"]).encode()
    account["mac"] = hmac.new(secret.encode(), signed, hashlib.sha1).hexdigest()  # as its protocol wants it
    token = _ask(port, "POST", "/_synapse/admin/v1/register", account)["access_token"]
    room = _ask(port, "POST", "/_matrix/client/v3/createRoom", {}, token)["room_id"]
    message = {"msgtype": "m.text", "body": "Hello"}
    _ask(port, "PUT", f"/_matrix/client/v3/rooms/{room}/send/m.room.message/1", message, token)
    since = _ask(port, "GET", "/_matrix/client/v3/sync?timeout=0", None, token)["next_batch"]
    return http.raw("GET", f"/_matrix/client/v3/sync?timeout=0&since={since}", {"Authorization": f"Bearer {token}"})


def _ask(port: int, method: str, path: str, body: Any = None, token: str = "") -> Any:
    fields = {"Authorization": f"Bearer {token}"} if token else {}
    answer = ask_once(port, http.raw(method, path, fields, None if body is None else json.dumps(body).encode()))
    if answer.status != 200:
        raise Refused(f"Synapse answered {answer.status}: {answer.body[:200]!r}")
    return answer.json()
