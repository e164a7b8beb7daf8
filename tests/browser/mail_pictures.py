"""Pictures of the mails, to be looked at: every mail in every language, wide and narrow, light and dark.

    python -m tests.browser.mail_pictures [FOLDER]

writes PNGs and the HTML they show into FOLDER, or into a temporary one that it names. It needs Chromium
(HARK_TEST_BROWSER, else the one on the path), no database and no server.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import django
from django.core.mail import EmailMultiAlternatives

WIDTHS = (600, 360)  # CSS pixels: beside a list of mails, and a small phone
SCHEMES = ("light", "dark")
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "backend.config.settings",
    "SECRET_KEY": "pictures are signed by nobody in particular",
    "PUBLIC_URL": "https://chat.example.org",
}


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="hark-mails-"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    django.setup()
    for name, mail in _mails():
        (folder / f"{name}.html").write_text(str(mail.alternatives[0][0]))
        (folder / f"{name}.txt").write_text(f"From: {_sender(mail)}\nSubject: {mail.subject}\n\n{mail.body}")
    _take(folder)
    print(folder)
    return 0


def _sender(mail: EmailMultiAlternatives) -> str:
    return mail.extra_headers.get("From", mail.from_email)


def _mails() -> Iterator[tuple[str, EmailMultiAlternatives]]:
    from django.conf import settings

    from backend.accounts.models import AccountMail, MailKind, Signup
    from tests.support.letters import letter, part, reader
    from worker.channels.email import account, notice, signup

    direct = part(1, DIRECT)
    group = part(2, GROUP, title="Harbour light")
    arabic = part(3, ARABIC)
    account.email_is_known = lambda email: email.startswith("known")  # type: ignore[assignment]
    signup.email_is_known = lambda email: email.startswith("known")  # type: ignore[assignment]
    notice_reply_to, plain = (lambda _letter: "reply+token@chat.example.org"), notice.reply_to
    for code, _ in settings.LANGUAGES:
        to = reader(language=code)
        made = {
            "notice": letter(direct, to=to),
            "group": letter(group, to=to),
            "digest": letter(direct, group, arabic, to=to),
            "hidden": letter(group, to=to, hide_content=True),
            "hidden-digest": letter(direct, group, arabic, to=to, hide_content=True),
            "test": letter(to=to),
        }
        for name, told in made.items():
            notice.reply_to = notice_reply_to if name == "notice" else plain
            yield f"{name}-{code}", notice.letter_build(told)
        notice.reply_to = plain
        for name in ("signup", "known"):
            asked = Signup(id=1, email=f"{name}@example.com", created_at=told.delivery.created_at, language=code)
            yield f"{name}-{code}", signup.signup_build(asked)
        facts = {"new": "new@example.com", "left": 3}
        for kind in MailKind:
            for name in ("new", "known") if kind == MailKind.EMAIL_CONFIRM else ("bob",):
                owed = AccountMail(id=1, kind=kind, user=to, email=f"{name}@example.com", facts=facts)
                mail = account.account_mail_build(owed)
                assert mail is not None
                yield f"{kind}-{name}-{code}", mail


def _take(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.flags import FLAGS

    path = os.environ.get("HARK_TEST_BROWSER") or shutil.which("chromium")
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=path, args=FLAGS)) as browser,
    ):
        for width in WIDTHS:
            for scheme in SCHEMES:
                page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
                for file in sorted(folder.glob("*.html")):
                    page.goto(file.as_uri())
                    page.screenshot(path=folder / f"{file.stem}-{width}-{scheme}.png", full_page=True)
                page.close()


DIRECT = [
    (0, "Alice", "Are you there?"),
    (1, "Alice", "The boat leaves at seven, not at eight. Bring a jumper, it is cold on the water."),
    (45, "Alice", "مرحبا، هل تراني؟ (yes, this is Arabic)"),
    (46, "Alice", "https://example.org/a/very/long/address/that/nobody/can/read/but/that/has/to/fit/somehow?and=more"),
]
GROUP = [
    (0, "Alice", "Who has the key?"),
    (2, "ليلى", "معي أنا، سأحضره غدًا."),
    (
        3,
        "Carol Montgomery-Featherstonehaugh of the Outer Islands",
        "Thanks!\n\nSee you all <b>tomorrow</b> & on Sunday.",
    ),
    *((10 + n, "Alice", f"Number {n}") for n in range(20)),
]
ARABIC = [(5, "ليلى", "هل وصلت؟"), (6, "ليلى", "نلتقي في الساعة 7:30 قرب Harbour light، لا تتأخر!")]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
