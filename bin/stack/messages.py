"""bin/messages: the catalogues of gettext in backend/locale, without the GNU programs.

It collects what Python and templates mark for translation, brings each language's django.po up to date and compiles
it. Translate the empty `msgstr` it leaves, then run it again. Where branches that both added messages meet, run it
after the merge too (`git checkout --ours` settles a conflict in a .mo: it is compiled anew).
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.utils.translation.template import templatize

from stack.environment import ROOT
from stack.errors import Refused

LANGUAGES = ("es", "ar")  # besides English, which the messages are written in
SOURCES = ("backend", "worker")
WIDTH = 110  # columns of a catalogue
# What stands for something: %(name)s, %d, {name}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-zA-Z]|\{\w*\}")
NUMBERS = {"%(count)d", "%(count)s", "{count}"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


class Catalogue(Catalog):
    """Without dates and names of programs in its header, so that the same messages are the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """What a file says; the plural forms count."""
        Catalog.mime_headers.__set__(self, headers)


def main(arguments: list[str]) -> int:
    """Update and compile the catalogues, then say what is wrong in them; `--check` only says it."""
    if arguments not in ([], ["--check"]):
        print("Usage: bin/messages [--check]", file=sys.stderr)
        return 2
    folder, template = ROOT / "backend" / "locale", messages_of(ROOT)
    if not arguments:
        for language in LANGUAGES:
            update(catalogue_file(folder, language), template)
    wrong = [fault for language in LANGUAGES for fault in faults(catalogue_file(folder, language), template)]
    for fault in wrong:
        print(fault)
    print(f"{len(template)} messages, {len(wrong)} faults.")
    return 1 if wrong else 0


def catalogue_file(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def messages_of(root: Path) -> Catalog:
    """All that is marked for translation below `root`."""
    catalog = Catalog(charset="utf-8")
    for path in sorted(path for source in SOURCES for path in (root / source).rglob("*")):
        if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in path.parts):
            for message, comments, context in _extract(path):
                place = (path.relative_to(root).as_posix(), 0)
                catalog.add(message, locations=[place], auto_comments=comments, context=context)
    return catalog


def _extract(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text()
    if path.suffix != ".py":
        # In parentheses no line is indented wrongly.
        source = f"({templatize(source, origin=str(path))}\n)"
    found = extract("python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
    for _line, message, comments, context in found:
        yield message, comments, context


def update(po: Path, template: Catalog) -> None:
    """Add what is new without a translation, drop what is gone, and compile."""
    catalog = read(po)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    with po.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True, ignore_obsolete=True, include_lineno=False)
    po.with_suffix(".mo").write_bytes(compiled(catalog))


def compiled(catalog: Catalogue) -> bytes:
    """The .mo of a catalogue: the same for the same messages."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(po: Path, template: Catalog) -> list[str]:
    """In words: what is missing, not translated, fuzzy, not used, or has other placeholders; a .mo of another .po."""
    catalog = read(po)
    found = [f"missing: {_name(message)}" for message in template if message.id and _twin(message, catalog) is None]
    for message in catalog:
        if message.id:
            found += _faults_of(message, catalog, is_used=_twin(message, template) is not None)
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalog):
        found.append(f"{mo.name} is not that of {po.name}")
    return [f"{po.parts[-3]}: {fault}" for fault in found]


def _faults_of(message: Message, catalog: Catalog, *, is_used: bool) -> Iterator[str]:
    if not is_used:
        yield f"not used: {_name(message)}"
    elif message.fuzzy:
        yield f"fuzzy: {_name(message)}"
    elif not all(_forms(message.string)) or len(_forms(message.string)) != _forms_wanted(message, catalog):
        yield f"not translated: {_name(message)}"
    elif not all(_is_filled_alike(message, form) for form in _forms(message.string)):
        yield f"other placeholders: {_name(message)}"


def _is_filled_alike(message: Message, form: str) -> bool:
    """A plural form may say its number in words."""
    wanted, given = set(PLACEHOLDER.findall(_forms(message.id)[-1])), set(PLACEHOLDER.findall(form))
    return given == wanted or (message.pluralizable and given == wanted - NUMBERS)


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _forms_wanted(message: Message, catalog: Catalog) -> int:
    return catalog.num_plurals if message.pluralizable else 1


def _twin(message: Message, catalog: Catalog) -> Message | None:
    """The same message in another catalogue, with the same plural."""
    twin = catalog.get(_forms(message.id)[0], message.context)
    return twin if twin is not None and _forms(twin.id) == _forms(message.id) else None


def _name(message: Message) -> str:
    return f"{message.context}: {_forms(message.id)[0]}" if message.context else _forms(message.id)[0]


def read(po: Path) -> Catalogue:
    catalogue = Catalogue(locale=po.parts[-3], charset="utf-8")
    try:
        with po.open("rb") as file:
            PoFileParser(catalogue, ignore_obsolete=True).parse(file)
    except (OSError, ValueError, PoFileError) as fault:
        raise Refused(f"This is no catalogue: {po}: {fault}") from fault
    return catalogue
