"""What /metrics of a running web process tells."""

from tests.support.http import request


def gauges(port: int, staff_token: str) -> dict[str, float]:
    """All values by name."""
    lines = request(port, "GET", "/metrics", token=staff_token).body.decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line[0] != "#")
    return {name: float(value) for name, value in pairs}
