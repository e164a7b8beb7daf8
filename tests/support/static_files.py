"""Django's test client builds the middleware anew for each client, and WhiteNoise then looks at hundreds of files."""

from whitenoise.base import WhiteNoise

_known: dict[tuple[str, str], dict[str, object]] = {}
_scan = WhiteNoise.update_files_dictionary


def scan_once() -> None:
    """From now on a folder of static files is looked at once in a process. No test changes one."""
    WhiteNoise.update_files_dictionary = _remembered


def _remembered(self: WhiteNoise, root: str, prefix: str) -> None:
    if (root, prefix) not in _known:
        before = dict(self.files)
        _scan(self, root, prefix)
        _known[root, prefix] = {url: file for url, file in self.files.items() if url not in before}
    self.files.update(_known[root, prefix])
