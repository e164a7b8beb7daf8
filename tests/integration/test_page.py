"""The shell of the page, and its service worker."""

import re
import struct
from contextlib import closing
from email.utils import parseaddr
from pathlib import Path

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client

from backend.accounts.models import User
from backend.config.modules import page_modules, reachable
from backend.config.views import APP_PICTURES

pytestmark = pytest.mark.django_db

SCRIPT_MAX = 60_000  # bytes on the way, compressed, of all modules of the first page
SOURCE: Path = settings.BASE_DIR / "frontend_static" / "service-worker.js"


@pytest.mark.parametrize("path", ["/", "/c/7", "/c/7/120", "/settings"])
def test_the_shell_is_the_same_at_every_address_of_the_page(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
    assert response.content == Client().get("/").content


@pytest.mark.parametrize(
    ("asked", "language", "direction", "word"),
    [
        ("es-MX", "es", "ltr", "Accesibilidad"),
        ("ar", "ar", "rtl", "إمكانية الوصول"),
        ("fr", "en", "ltr", "Accessibility"),
    ],
)
def test_the_statement_on_accessibility_is_in_the_language_of_the_browser(
    asked: str, language: str, direction: str, word: str
) -> None:
    response = Client().get("/accessibility", headers={"Accept-Language": asked})
    html = response.content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f"<h1>{word}</h1>" in html
    assert parseaddr(settings.DEFAULT_FROM_EMAIL)[1] in html
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_the_statement_on_accessibility_is_in_the_language_of_who_is_signed_in(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="ar")
    client = Client()
    client.force_login(alice)
    assert "إمكانية الوصول" in client.get("/accessibility", headers={"Accept-Language": "es"}).content.decode()
    assert client.post("/accessibility").status_code == 405


def test_the_shell_asks_for_every_module_that_it_needs_at_once() -> None:
    html = Client().get("/").content.decode()
    asked = re.findall(r'<link rel="modulepreload" href="([^"]+)">', html)
    assert asked == [static(name) for name in page_modules()]
    assert "core/session.js" in page_modules()
    assert "app.js" not in page_modules()


def test_modules_are_found_through_imports_and_exports_but_not_where_they_come_later(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "app.js").write_text('import {\n  a,\n} from "./core/a.js";\nimport "./b.js";\nimport("./later.js");\n')
    (tmp_path / "core" / "a.js").write_text('export { c } from "../c.js";\n/** @param {import("./d.js").D} d */\n')
    for name in ("b.js", "c.js"):
        (tmp_path / name).write_text('import { app } from "./app.js";\n')
    assert reachable(tmp_path, "app.js") == {"app.js", "core/a.js", "b.js", "c.js"}


def test_the_script_of_the_first_page_is_light_and_kept_for_ever() -> None:
    sizes = {}
    for name in ("app.js", *page_modules()):
        with closing(Client().get(static(name), headers={"Accept-Encoding": "gzip"})) as response:
            assert (response.status_code, response["Content-Encoding"]) == (200, "gzip")
            assert "immutable" in response["Cache-Control"]
            sizes[name] = int(response["Content-Length"])
    heaviest = sorted(sizes, key=lambda name: -sizes[name])[:10]
    assert sum(sizes.values()) <= SCRIPT_MAX, f"The heaviest are {', '.join(heaviest)}"


def test_a_collected_module_has_no_comments_and_all_of_its_code() -> None:
    with closing(Client().get(static("core/emitter.js"))) as response:
        text = b"".join(response).decode()
    assert "/**" not in text
    assert "export class Emitter" in text


def test_the_manifest_says_how_an_installed_hark_looks() -> None:
    response = Client().get("/manifest.webmanifest")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/manifest+json"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    manifest = response.json()
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    assert manifest["display"] == "standalone"
    assert {picture.get("purpose", "any") for picture in manifest["icons"]} == {"any", "maskable"}
    html = Client().get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html


def test_the_pictures_of_the_manifest_are_as_large_as_it_says() -> None:
    icons = Client().get("/manifest.webmanifest").json()["icons"]
    names = {static(f"icons/{name}"): name for name in ("hark.svg", *(f"app-{name}.png" for name, *_ in APP_PICTURES))}
    assert [names[icon["src"]] for icon in icons] == list(names.values())
    for icon in icons[1:]:
        png = (settings.BASE_DIR / "frontend_static" / "icons" / names[icon["src"]]).read_bytes()
        width, height = struct.unpack(">II", png[16:24])  # PNG, 11.2.2: IHDR begins with both
        assert icon["sizes"] == f"{width}x{height}"


@pytest.mark.parametrize("path", ["/settings/", "/settings/devices", "/c/bob", "/c/7/bob", "/sw.js/"])
def test_no_other_address_is_the_page(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/settings", "/sw.js", "/manifest.webmanifest"])
def test_the_page_and_its_worker_are_only_read(path: str) -> None:
    assert Client().post(path).status_code == 405


def test_the_service_worker_may_have_the_whole_site_and_is_asked_for_anew() -> None:
    response = Client().get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    assert response.content == SOURCE.read_bytes()


def test_the_service_worker_is_one_file_whose_pictures_are_there() -> None:
    text = SOURCE.read_text()
    assert not re.search(r"\bimport\b|importScripts", text.replace("without imports", ""))
    pictures = re.findall(r'"/static/([^"]+)"', text)
    assert len(pictures) == 2
    for picture in pictures:
        assert (settings.BASE_DIR / "frontend_static" / picture).is_file()
