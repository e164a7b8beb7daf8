"""Static files under hashed names, so that browsers may keep them for ever."""

from collections.abc import Iterator
from typing import Any

import rjsmin
from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

HASH_LENGTH = 8  # hexadecimal digits


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites `import "./x.js"` inside our ES modules to the hashed name, and takes their comments out."""

    support_js_module_import_aggregation = True
    # A module's name changes with the names of all that it imports, so a pass is needed for each floor of imports.
    max_post_process_passes = 30

    def file_hash(self, name: str, content: Any = None) -> str | None:
        """Another one for each version of a file. Short: it stands in every import, and does not compress."""
        digest = super().file_hash(name, content)
        return digest and str(digest)[:HASH_LENGTH]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for name in filter(_is_our_module, paths):
                self._minify(name)
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def _minify(self, name: str) -> None:
        """What was collected, in its place: no comments, no spaces that mean nothing."""
        with open(self.path(name), encoding="utf-8", newline="") as file:
            text = file.read()
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            file.write(rjsmin.jsmin(text))


def _is_our_module(name: str) -> bool:
    return name.endswith(".js") and (settings.BASE_DIR / "frontend_static" / name).is_file()
