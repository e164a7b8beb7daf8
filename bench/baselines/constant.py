"""Servers that answer every request with the same 304: the least that nginx and ASGI can do."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.harness.server import Server, procfile_command, running

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            {fields}
            return 304;
        }}
    }}
}}
"""
MADE_BY_SERVERS = {"date", "server", "connection", "content-length", "content-type", "transfer-encoding"}


def constant_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Of the header of an answer, what its application has put in."""
    return {name: value for name, value in fields.items() if name not in MADE_BY_SERVERS}


@contextmanager
def nginx(program: str, folder: Path, port: int, fields: Mapping[str, str]) -> Iterator[Server]:
    """nginx with one worker."""
    lines = [f"add_header {name} '{value}' always;" for name, value in fields.items()]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, fields="\n            ".join(lines)))
    command: list[str | Path] = [program, "-p", folder, "-c", configuration, "-e", folder / "nginx-error.log"]
    with running("nginx", command, folder, {}, port=port) as started:
        yield started


@contextmanager
def asgi(folder: Path, fields: Mapping[str, str]) -> Iterator[Server]:
    """A few lines of ASGI under the very command of the Procfile."""
    shell, option, line = procfile_command("web")
    command = str(line).replace("backend.config.asgi:application", "bench.baselines.constant_asgi:application")
    settings = {"HARK_BENCH_FIELDS": json.dumps(dict(fields)), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"}
    with running("minimal ASGI", [shell, option, command], folder, settings) as started:
        yield started
