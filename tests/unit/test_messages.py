"""The catalogues are complete, and bin/messages says what is missing where they are not."""

import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import ngettext
from stack import messages
from stack.environment import ROOT
from stack.messages import catalogue_file, compiled, faults, messages_of, read, update

SPANISH = "Language: es\\nContent-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"
SOURCE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
one = _("Hello, %(name)s")
two = ngettext("%(count)d boat in %(place)s", "%(count)d boats in %(place)s", 2)
three = pgettext_lazy("a time of the year", "Spring")
"""
TEMPLATE = """{% load i18n %}
  <p>{% translate "Read on" %} (and (on</p>
{% blocktranslate trimmed with name=user.name %}
    Bye, {{ name }}
{% endblocktranslate %}
"""
COMPLETE = """
msgid "Hello, %(name)s"
msgstr "Hola, %(name)s"

msgid "%(count)d boat in %(place)s"
msgid_plural "%(count)d boats in %(place)s"
msgstr[0] "un barco en %(place)s"
msgstr[1] "%(count)d barcos en %(place)s"

msgctxt "a time of the year"
msgid "Spring"
msgstr "Primavera"

msgid "Read on"
msgstr "Sigue leyendo"

msgid "Bye, %(name)s"
msgstr "Adiós, %(name)s"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project with a complete catalogue."""
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "words.py").write_text(SOURCE)
    (tmp_path / "worker" / "templates").mkdir()
    (tmp_path / "worker" / "templates" / "page.html").write_text(TEMPLATE)
    write(tmp_path, COMPLETE)
    update(spanish(tmp_path), messages_of(tmp_path))
    return tmp_path


def spanish(root: Path) -> Path:
    return catalogue_file(root, "es")


def write(root: Path, text: str) -> None:
    """The catalogue, and its .mo."""
    po = spanish(root)
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_text(f'msgid ""\nmsgstr "{SPANISH}"\n{text}')
    po.with_suffix(".mo").write_bytes(compiled(read(po)))


def found(root: Path) -> list[str]:
    return faults(spanish(root), messages_of(root))


def test_the_catalogues_of_hark_are_complete() -> None:
    template = messages_of(ROOT)
    assert len(template) > 50
    for language in messages.LANGUAGES:
        assert faults(catalogue_file(ROOT / "backend" / "locale", language), template) == []


def test_it_finds_what_python_and_templates_say(root: Path) -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in messages_of(root)}
    assert ids - {""} == {"Hello, %(name)s", "%(count)d boat in %(place)s", "Spring", "Read on", "Bye, %(name)s"}
    assert found(root) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgid "Read on"\nmsgstr "Sigue leyendo"', "", "missing: Read on"),
        ('msgid "Read on"', 'msgid "Read off"', "not used: Read off"),
        ('"Sigue leyendo"', '""', "not translated: Read on"),
        ('msgid "Read on"', '#, fuzzy\nmsgid "Read on"', "fuzzy: Read on"),
        ('"Hola, %(name)s"', '"Hola, %(nombre)s"', "other placeholders: Hello, %(name)s"),
        ('"Hola, %(name)s"', '"Hola"', "other placeholders: Hello, %(name)s"),
        ('msgstr[1] "%(count)d barcos en %(place)s"', "", "not translated: %(count)d boat in %(place)s"),
        ('"un barco en %(place)s"', '"un barco"', "other placeholders: %(count)d boat in %(place)s"),
        ('msgctxt "a time of the year"', 'msgctxt "a coil"', "missing: a time of the year: Spring"),
    ],
)
def test_it_names(root: Path, old: str, new: str, fault: str) -> None:
    assert old in COMPLETE
    write(root, COMPLETE.replace(old, new))
    assert f"es: {fault}" in found(root)


def test_it_names_a_mo_that_is_not_compiled_from_its_po(root: Path) -> None:
    po = spanish(root)
    po.write_text(po.read_text().replace("Primavera", "La primavera"))
    assert found(root) == ["es: django.mo is not that of django.po"]
    po.with_suffix(".mo").unlink()
    assert found(root) == ["es: django.mo is not that of django.po"]


def test_an_update_keeps_what_is_translated_and_is_nothing_new_the_second_time(root: Path) -> None:
    (root / "worker" / "more.py").write_text(SOURCE.replace("Hello", "Welcome"))
    (root / "worker" / "words.py").unlink()
    update(spanish(root), messages_of(root))
    assert found(root) == ["es: not translated: Welcome, %(name)s"]
    once = spanish(root).read_bytes(), spanish(root).with_suffix(".mo").read_bytes()
    update(spanish(root), messages_of(root))
    assert once == (spanish(root).read_bytes(), spanish(root).with_suffix(".mo").read_bytes())
    assert b"Primavera" in once[1] and b"Hello" not in once[0]


def test_it_takes_no_other_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["--fix"]) == 2
    assert "Usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "رسالة جديدة"),
        (2, "رسالتان جديدتان"),
        (3, "3 رسائل جديدة"),
        (10, "10 رسائل جديدة"),
        (11, "11 رسالة جديدة"),
        (99, "99 رسالة جديدة"),
        (100, "100 رسالة جديدة"),
        (103, "103 رسائل جديدة"),
    ],
)
def test_arabic_counts_in_its_own_way(count: int, words: str) -> None:
    with translation.override("ar"):
        assert ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count} == words


def test_an_address_in_a_sentence_of_a_template_is_kept_apart_from_it() -> None:
    templates = [p for top in ("backend", "worker") for p in (ROOT / top).rglob("templates/**/*.*")]
    sentences = [
        (path.name, *found)
        for path in templates
        for found in re.findall(r"{% blocktranslate([^%]*)%}(.*?){% endblocktranslate %}", path.read_text("utf-8"))
    ]
    bare = [
        (name, variable)
        for name, options, sentence in sentences
        for variable in re.findall(r"{{ (email|contact|public_url) }}", sentence)
        if not re.search(rf"\b{variable}=(\S+\|ltr|site) ", options)
    ]
    assert len(sentences) > 10
    assert bare == []
