"""What a letter becomes as a mail: whoever wrote what, in every language, and never too much."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.accounts.models import NAME_MAX as USER_NAME_MAX
from backend.accounts.models import Signup
from tests.support.letters import MORNING, letter, part, reader
from worker.channels.email import addresses
from worker.channels.email.contents import PARTS_MAX, SHOWN_MAX
from worker.channels.email.names import BIDI, NAME_MAX, clean_name, names_list
from worker.channels.email.notice import letter_build
from worker.channels.email.signup import signup_build
from worker.letter import Letter

LANGUAGES = [code for code, _ in django_settings.LANGUAGES]
SIZE_MAX = 100_000  # bytes; Gmail cuts off at 102 KB
NASTY = [
    "Bob\r\nBcc: eve@example.com",
    "Bob\u2028Bcc: eve@example.com",
    "\u202egro.elpmaxe@knab",
    'Bob" <eve@example.com>, "',
    "Evil, a@b.c <u@x>",
    "\x0b\x85Bob",
    "B" * 500,
    "=?utf-8?q?Bob?=",
    "=\u202e?utf-8?q?=E2=80=AEBob?=",
    "Björn 👩‍🚀",
    "\u2067ليلى",
]
HEADERS = {
    *("Content-Type", "MIME-Version", "Subject", "From", "To", "Content-Language", "Message-ID", "Date"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
}
ALICE = [(0, "Alice", "Are you there?")]


@pytest.fixture(autouse=True)
def public_url(settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.example.org"
    settings.DEFAULT_FROM_EMAIL = "Hark <hark@example.org>"


def received(mail: EmailMultiAlternatives) -> EmailMessage:
    """As its reader's program sees it."""
    parsed = message_from_bytes(mail.message().as_bytes(linesep="\r\n"), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text(mail: EmailMessage, subtype: str = "plain") -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def built(told: Letter) -> tuple[EmailMessage, str, str]:
    """The mail, its text and its HTML."""
    mail = received(letter_build(told))
    return mail, text(mail), text(mail, "html")


# --- one conversation -----------------------------------------------------------------------------------------


def test_what_one_person_says_in_one_go_stands_under_one_heading() -> None:
    said = [(0, "Alice", "one"), (5, "Alice", "two"), (30, "Alice", "three"), (31, "Carol", "four")]
    mail, plain, html = built(letter(part(7, said, title="Harbour light")))
    assert mail["Subject"] == "Harbour light: 4 new messages"
    blocks = plain.split("4 new messages in Harbour light\n\n")[1].split("\n\nRead and answer:")[0]
    assert blocks == (
        "Alice · Wed 7 Oct, 01:30\n  one\n  two\n\n"
        "Alice · Wed 7 Oct, 02:00\n  three\n\n"
        "Carol · Wed 7 Oct, 02:01\n  four"
    )
    assert html.count(">Alice</strong>") == 2 and html.count(">Carol</strong>") == 1


def test_nothing_that_is_written_is_taken_for_a_line_of_harks_own() -> None:
    forged = "Hi\n\n-- \nStop all emails:\nhttps://eve.example.com/<script>"
    _, plain, html = built(letter(part(7, [(0, "Alice", forged)])))
    assert [line for line in plain.splitlines() if "eve.example.com" in line or line == "--"] == [
        "  https://eve.example.com/<script>",
    ]
    assert plain.splitlines().count("-- ") == 1
    assert "<script>" not in html and 'href="https://eve' not in html


def test_the_times_are_the_readers_and_their_zone_is_named_once() -> None:
    said = [(0, "Alice", "one"), (30, "Alice", "two")]
    for to, first, zone in (
        (reader(), "01:30", "Asia/Kolkata"),
        (reader(timezone="America/New_York"), "16:00", "America/New York"),
        (reader(timezone="Mars/Olympus"), "20:00", "Mars/Olympus"),
    ):
        _, plain, html = built(letter(part(7, said), to=to))
        assert f", {first}" in plain and f", {first}" in html
        assert plain.count(zone) == html.count(zone) == 1


def test_a_list_of_mails_shows_the_beginning() -> None:
    _, _, html = built(letter(part(7, [(0, "Alice", "Are\nyou there?" + "!" * 500)])))
    hidden = re.search(r"display: none[^>]*>([^&]*)", html)
    assert hidden is not None
    assert hidden[1].startswith("Alice: Are you there?!") and hidden[1].endswith("!…") and len(hidden[1]) == 140


def test_a_message_runs_in_its_own_direction_and_the_mail_in_the_readers() -> None:
    _, _, html = built(letter(part(7, ALICE), to=reader(language="ar")))
    assert '<html lang="ar" dir="rtl">' in html and "text-align: right" in html
    assert re.search(r'class="message" dir="auto"[^>]*text-align: start', html)


def test_the_same_letter_is_the_same_mail() -> None:
    mails = [received(letter_build(letter(part(7, ALICE)))) for _ in range(2)]
    for name in HEADERS - {"Content-Type"}:
        assert mails[0][name] == mails[1][name]
    assert text(mails[0]) == text(mails[1]) and text(mails[0], "html") == text(mails[1], "html")


# --- who it is from, and where answers go ---------------------------------------------------------------------


def test_a_direct_conversation_is_from_who_wrote() -> None:
    mail, _, _ = built(letter(part(7, ALICE)))
    assert mail["From"] == "Alice via Hark <hark@example.org>"


@pytest.mark.parametrize(
    "told",
    [
        letter(part(7, ALICE, title="Harbour light")),
        letter(part(7, ALICE), hide_content=True),
        letter(part(7, ALICE), part(8, ALICE)),
        letter(),
    ],
    ids=["group", "hidden", "digest", "test"],
)
def test_all_else_is_from_hark(told: Letter) -> None:
    assert built(told)[0]["From"] == "Hark <hark@example.org>"


def test_an_answer_goes_where_hark_receives_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def reply_address(*, user_id: int, conversation_id: int) -> str:
        return f"r.{user_id}.{conversation_id}@in.example.org"

    monkeypatch.setattr(addresses, "reply_address", reply_address)
    monkeypatch.setattr(addresses, "bounce_address", lambda *, user_id: f"b.{user_id}@in.example.org")
    notice, digest = letter(part(7, ALICE)), letter(part(7, ALICE), part(8, ALICE))
    mail, plain, html = built(notice)
    assert mail["Reply-To"] == "r.2.7@in.example.org"
    assert "reply to this email" in plain and "reply to this email" in html
    assert letter_build(notice).from_email == letter_build(digest).from_email == "b.2@in.example.org"
    mail, plain, _ = built(digest)
    assert mail["Reply-To"] is None and "reply to this email" not in plain


def test_without_a_mailbox_nobody_is_asked_to_reply() -> None:
    mail, plain, html = built(letter(part(7, ALICE)))
    assert mail["Reply-To"] is None and "reply to this email" not in plain + html
    assert letter_build(letter(part(7, ALICE))).from_email == "Hark <hark@example.org>"


# --- digest, hidden content, test -----------------------------------------------------------------------------


def test_a_digest_is_grouped_and_each_conversation_has_links_of_its_own() -> None:
    mail, plain, html = built(
        letter(part(7, ALICE), part(8, [(0, "Carol", "Hi"), (1, "Alice", "Ho")], title="Harbour"))
    )
    assert mail["Subject"] == "Alice and Harbour: 3 new messages"
    assert "3 new messages in 2 conversations" in plain
    for body in (plain, html):
        assert "1 new message from Alice" in body and "2 new messages in Harbour" in body
        assert len(set(re.findall(r"https://chat.example.org/c/\d+", body))) == 2
        assert len(set(re.findall(r"https://chat.example.org/n/unsubscribe/[\w:-]+", body))) == 3
    assert mail["List-Unsubscribe"].strip("<> ") in plain.split("Stop all emails:")[1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["In-Reply-To"] is None and mail["List-Id"] is None


def test_a_notice_is_stopped_for_its_conversation_or_as_a_whole() -> None:
    mail, plain, _ = built(letter(part(7, ALICE)))
    mute, stop_all = re.findall(r"https://chat.example.org/n/unsubscribe/[\w:-]+", plain)
    assert mail["List-Unsubscribe"].strip("<> ") == mute != stop_all


def test_a_large_digest_counts_what_it_does_not_show() -> None:
    parts = [part(n, [(m, "Alice", f"<{n}.{m}>") for m in range(8)], title=f"Room {n}") for n in range(1, 15)]
    mail, plain, _ = built(letter(*parts))
    assert mail["Subject"] == "Room 1, Room 2 and 12 others: 112 new messages"
    assert "112 new messages in 14 conversations" in plain and "and 4 more conversations" in plain
    assert plain.count("and 3 more messages") == PARTS_MAX and "<1.4>" in plain and "<1.5>" not in plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("conversations", [1, 3])
def test_hidden_content_tells_how_much_and_nothing_else(language: str, conversations: int) -> None:
    said = [(0, "Alice", "a secret")]
    told = letter(
        *(part(n, said, title="Zanzibar") for n in range(1, conversations + 1)),
        to=reader(language=language),
        hide_content=True,
    )
    mail, plain, html = built(told)
    whole = "".join((str(mail), plain, html, *(str(value) for value in mail.values())))
    for word in ("Alice", "secret", "Zanzibar"):
        assert word not in whole
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if language == "en":
        counted = {1: "1 new message", 3: "3 new messages in 3 conversations"}
        assert mail["Subject"] == counted[conversations]


def test_a_test_belongs_to_no_conversation() -> None:
    mail, plain, html = built(letter())
    assert mail["Subject"] == "Test: your emails from Hark arrive"
    assert "This is the test you asked for." in plain and "This is the test you asked for." in html
    assert mail["List-Unsubscribe"] is None and mail["In-Reply-To"] is None
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Message-ID"].startswith("<t.1.")


# --- languages ------------------------------------------------------------------------------------------------


def letters_in(language: str) -> Iterator[EmailMultiAlternatives]:
    """All mails there are."""
    to = reader(language=language, timezone="UTC")
    said = [(n, "X", "x") for n in range(30)]
    rooms = [part(n, said) for n in range(1, 15)]
    yield from (letter_build(letter(*rooms[:n], to=to, hide_content=hide)) for n in (0, 1, 14) for hide in (0, 1))


@pytest.mark.parametrize("language", ["es", "ar"])
def test_no_word_of_english_is_left(language: str) -> None:
    allowed = {"hark", "utc", "x", "via", "vía", "https", "chat", "example", "org", "no", "a", "push"}
    english = set(re.findall(r"[a-z]+", " ".join(_words(mail) for mail in letters_in("en")).lower()))
    for mail in letters_in(language):
        assert set(re.findall(r"[a-z]+", _words(mail).lower())) & english <= allowed


def _words(mail: EmailMultiAlternatives) -> str:
    """Without addresses and markup."""
    html = re.sub(r"<style>.*?</style>|<[^>]*>|&\w+;", " ", str(mail.alternatives[0][0]), flags=re.DOTALL)
    sender = mail.extra_headers["From"].partition("<")[0]
    return re.sub(r"https?://\S+", " ", f"{mail.subject} {sender} {mail.body} {html}")


@pytest.mark.parametrize(
    ("language", "subject", "moment"),
    [
        ("en", "Alice: 2 new messages", "Wed 7 Oct, 01:30"),
        ("es", "Alice: 2 mensajes nuevos", "mié 7 de octubre, 01:30"),
        ("ar", "رسالتان جديدتان: \u2068Alice\u2069", "الأربعاء 7 أكتوبر، 1:30 ص"),
        ("tlh", "Alice: 2 new messages", "Wed 7 Oct, 01:30"),
    ],
)
def test_a_mail_is_in_its_readers_language(language: str, subject: str, moment: str) -> None:
    told = letter(part(7, [(0, "Alice", "one"), (1, "Alice", "two")]), to=reader(language=language))
    mail, plain, html = built(told)
    assert mail["Subject"] == subject
    assert moment in plain and moment in html
    assert mail["Content-Language"] == (language if language in LANGUAGES else "en")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Confirm your address"), ("es", "Confirma tu dirección de correo"), ("ar", "أكِّد عنوان بريدك الإلكتروني")],
)
def test_a_signup_is_answered_in_the_language_it_asked_for(
    language: str, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.channels.email.signup.email_is_known", lambda _email: False)
    mail = received(
        signup_build(Signup(id=1, email="new@example.com", name="Ada", created_at=MORNING, language=language))
    )
    assert mail["Subject"].strip() == subject
    assert "/signup/confirm/" in text(mail) and "/signup/confirm/" in text(mail, "html")


def test_names_of_another_direction_are_kept_to_themselves() -> None:
    assert built(letter(part(7, [(0, "ليلى", "x")])))[0]["Subject"] == "\u2068ليلى\u2069: 1 new message"
    assert names_list(["Alice", "ليلى"]) == "Alice and \u2068ليلى\u2069"


# --- size -----------------------------------------------------------------------------------------------------

LONGEST = {
    "emoji": "👩‍🚀",
    "arabic": "ض",
    "escaped": "'",
    "equals": "=",
    "lines": "\n",
    "quotes and lines": '"\n',
    "latin": "x",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("filling", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("conversations", [1, 2, 12])
def test_no_mail_is_cut_off_by_gmail(language: str, filling: str, conversations: int) -> None:
    message = "a" + (filling * 10_000)[:9_999]
    name = ("👩‍🚀" * 60)[:USER_NAME_MAX] if filling == "👩‍🚀" else "N" * USER_NAME_MAX
    said = [(20 * n, f"{n}{name}"[:USER_NAME_MAX], message) for n in range(40)]
    told = letter(
        *(part(n, said, title=name) for n in range(1, conversations + 1)), to=reader(language=language, name=name)
    )
    mail = letter_build(told)
    assert len(mail.message().as_bytes(linesep="\r\n")) < SIZE_MAX
    assert mail.body.count("  a") >= min(conversations, PARTS_MAX), "and of each that is shown there is something"


def test_short_messages_are_all_shown_up_to_a_number() -> None:
    said = [(n, "Alice", f"<{n}>") for n in range(SHOWN_MAX + 5)]
    mail, plain, _ = built(letter(part(7, said)))
    assert mail["Subject"] == "Alice: 25 new messages"
    assert f"<{SHOWN_MAX - 1}>" in plain and f"<{SHOWN_MAX}>" not in plain and "and 5 more messages" in plain


# --- headers --------------------------------------------------------------------------------------------------

NAMES = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=150),
    st.text(alphabet='\r\n\t\u2028\u202e\u2067=?<>"@,;:()\\ ab', max_size=80),
)


@settings(deadline=None, max_examples=60)
@given(sender=NAMES, recipient=NAMES, title=NAMES, language=st.sampled_from(LANGUAGES), count=st.integers(1, 3))
def test_no_name_breaks_a_header(sender: str, recipient: str, title: str, language: str, count: int) -> None:
    parts = [part(n, [(0, sender, "Hello")], title=title if n > 1 else "") for n in range(1, count + 1)]
    raw = letter_build(letter(*parts, to=reader(name=recipient, language=language))).message().as_bytes(linesep="\r\n")
    mail = message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) <= HEADERS and len(mail.keys()) == len(set(mail.keys())) and not mail.defects
    assert [each.addr_spec for each in mail["To"].addresses] == ["bob@example.com"]
    assert [each.addr_spec for each in mail["From"].addresses] == ["hark@example.org"]
    # Python's parser puts a space between two encoded words (RFC 2047, 6.2 wants none).
    assert mail["To"].addresses[0].display_name.replace(" ", "") == clean_name(recipient).replace(" ", "")
    shown = (BIDI - {"\u2068", "\u2069"}) | set("\r\n\u2028\u2029\x0b\x85\x00")
    for value in (mail["Subject"], mail["From"], mail["To"]):
        assert not set(str(value)) & shown
    assert all(len(line) <= 998 for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"))  # RFC 5322, 2.1.1


@settings(deadline=None)
@given(NAMES)
def test_a_cleaned_name_is_one_short_line(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned == " ".join(cleaned.split()) == clean_name(cleaned)
    assert len(cleaned) <= NAME_MAX and "=?" not in cleaned and not set(cleaned) & BIDI
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", cleaned)


@pytest.mark.parametrize("name", ["", "\u202e", "\r\n", "\x85"])
def test_somebody_without_a_name_is_somebody(name: str) -> None:
    mail, plain, _ = built(letter(part(7, [(0, name, "Hello")])))
    assert mail["Subject"] == "somebody: 1 new message" and "somebody · Wed 7 Oct" in plain


def test_the_ids_name_the_delivery_the_conversation_and_the_reader_and_nothing_else() -> None:
    first, _, _ = built(letter(part(7, [(0, "Alice", "one")])))
    renamed, _, _ = built(letter(part(7, [(0, "Alicia", "two")]), to=reader(name="Rob", language="ar")))
    other, _, _ = built(letter(part(7, ALICE), to=reader(id=3)))
    elsewhere, _, _ = built(letter(part(8, ALICE)))
    for name in ("Message-ID", "References", "In-Reply-To", "List-Id", "Date"):
        assert first[name] == renamed[name]
    assert first["Message-ID"].startswith("<n.7.1.") and first["Message-ID"].endswith("@chat.example.org>")
    assert len({mail["References"] for mail in (first, other, elsewhere)}) == 3
    assert first["Date"] == "Tue, 06 Oct 2026 21:00:00 +0000"
    assert first["Auto-Submitted"] == "auto-generated" and first["X-Auto-Response-Suppress"] == "All"
