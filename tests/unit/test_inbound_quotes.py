"""What mail programs make of an answer, and what of it is the answer."""

from typing import Any

import pytest

from backend.chat.models import TEXT_MAX
from worker.inbound.flowed import unflow
from worker.inbound.html_text import html_to_text
from worker.inbound.quotes import own_text

KEY = "q" * 48  # as long as a signed token
OURS = f"""1 new message from Alice

Alice, Tue 24 Nov, 14:02
Who can help me carry it up on Thursday?

Read and answer: https://chat.example.org/c/7

-- 
You get this because you were away from Hark. Times are those of UTC.
No more emails about this conversation: https://chat.example.org/n/unsubscribe/{KEY}"""
QUOTED = "\n".join(f"> {line}".rstrip() for line in OURS.split("\n"))

# As these programs send the plain text of an answer: "I can.\nHow heavy is it?" and nothing else is the person's.
SAMPLES = {
    "Gmail": f"""I can.
How heavy is it?

On Tue, Nov 24, 2026 at 2:02 PM Alice via Hark <hark@chat.example.org> wrote:

{QUOTED}
""",
    "Gmail, wrapped before the address": f"""I can.
How heavy is it?

On Tue, Nov 24, 2026 at 2:02 PM Alice Adler-Featherstonehaugh via Hark <
hark@chat.example.org> wrote:

{QUOTED}
""",
    "Gmail, with a signature": f"""I can.
How heavy is it?

-- 
Bob Brandt
Harbour office

On Tue, Nov 24, 2026 at 2:02 PM Alice via Hark <hark@chat.example.org>
wrote:

{QUOTED}
""",
    "Gmail in Spanish": f"""I can.
How heavy is it?

El mar, 24 nov 2026 a las 14:02, Alice via Hark (<hark@chat.example.org>)
escribió:

{QUOTED}
""",
    "Gmail in Arabic": f"""I can.
How heavy is it?

في الثلاثاء، 24 نوفمبر 2026 في 2:02 م تمت كتابة ما يلي بواسطة Alice عبر Hark <
hark@chat.example.org>:

{QUOTED}
""",
    "Gmail in Arabic, with Arabic digits": f"""I can.
How heavy is it?

في الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ في ٢:٠٢ م كتب Alice <hark@chat.example.org>:

{QUOTED}
""",
    "Apple Mail": f"""I can.
How heavy is it?

> On 24 Nov 2026, at 14:02, Alice via Hark <hark@chat.example.org> wrote:
> 
{QUOTED}
""",
    "iPhone": f"""I can.
How heavy is it?

Sent from my iPhone

> On Nov 24, 2026, at 2:02 PM, Alice via Hark <hark@chat.example.org> wrote:
> 
> \ufeff
{QUOTED}
""",
    "iPhone in Spanish": f"""I can.
How heavy is it?

Enviado desde mi iPhone

> El 24 nov 2026, a las 14:02, Alice via Hark <hark@chat.example.org> escribió:
> 
{QUOTED}
""",
    "Outlook": f"""I can.
How heavy is it?

________________________________
From: Alice via Hark <hark@chat.example.org>
Sent: Tuesday, November 24, 2026 2:02 PM
To: Bob Brandt <bob@example.com>
Subject: Alice: 1 new message

{OURS}
""",
    "Outlook, without the address": f"""I can.
How heavy is it?

From: Alice via Hark
Sent: Tuesday, November 24, 2026 2:02 PM
To: Bob Brandt
Subject: Alice: 1 new message

{OURS}
""",
    "Outlook in Spanish": f"""I can.
How heavy is it?

Obtener Outlook para iOS<https://aka.ms/o0ukef>
________________________________
De: Alice via Hark <hark@chat.example.org>
Enviado: martes, 24 de noviembre de 2026 14:02
Para: Bob Brandt <bob@example.com>
Asunto: Alice: 1 mensaje nuevo

{OURS}
""",
    "Outlook in Arabic": f"""I can.
How heavy is it?

________________________________
من: Alice عبر Hark <hark@chat.example.org>
‏‏تم الإرسال: الثلاثاء, 24 نوفمبر, 2026 02:02 م
إلى: Bob Brandt <bob@example.com>
الموضوع: Alice

{OURS}
""",
    "old Outlook": f"""I can.
How heavy is it?

-----Original Message-----
From: Alice via Hark [mailto:hark@chat.example.org]
Sent: Tuesday, November 24, 2026 2:02 PM
To: Bob Brandt
Subject: Alice: 1 new message

{OURS}
""",
    "old Outlook in Spanish": f"""I can.
How heavy is it?

-----Mensaje original-----
De: Alice via Hark <hark@chat.example.org>
Enviado el: martes, 24 de noviembre de 2026 14:02

{OURS}
""",
    "Thunderbird": f"""I can.
How heavy is it?

On 11/24/26 14:02, Alice via Hark wrote:
{QUOTED}
""",
    "Thunderbird, below the quote": f"""On 11/24/26 14:02, Alice via Hark wrote:
{QUOTED}

I can.
How heavy is it?

-- 
Bob
""",
    "Thunderbird in Spanish": f"""El 24/11/26 a las 14:02, Alice via Hark escribió:
{QUOTED}
I can.
How heavy is it?
""",
    "Thunderbird in Arabic": f"""I can.
How heavy is it?

في 24/11/26 14:02، كتب Alice:
{QUOTED}
""",
    "Thunderbird, in between": """On 11/24/26 14:02, Alice via Hark wrote:
> Who can help me carry it up on Thursday?

I can.

> -- 
> You get this because you were away from Hark.

How heavy is it?
""",
    "Yahoo": f"""I can.
How heavy is it?

    On Tuesday, November 24, 2026 at 02:02:11 PM GMT+1, Alice via Hark <hark@chat.example.org> wrote:

 {OURS}
""",
    "a program that answers without a quote": "I can.\r\nHow heavy is it?\r\n",
    "a program that names the reply address": f"""I can.
How heavy is it?

2026-11-24 14:02, r-{KEY}@reply.example.org (Hark):
{OURS}
""".replace("(Hark):", "<r-" + KEY + "@reply.example.org>:"),
    "a German program": f"""I can.
How heavy is it?

Von meinem iPhone gesendet

Am 24.11.2026 um 14:02 schrieb Alice via Hark:

{OURS}
""",
}


@pytest.fixture(autouse=True)
def our_addresses(settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.example.org"
    settings.DEFAULT_FROM_EMAIL = "Hark <hark@chat.example.org>"
    settings.HARK_INBOUND_DOMAIN = "reply.example.org"


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_only_the_persons_own_words_are_left(sample: str) -> None:
    assert [line for line in own_text(sample).split("\n") if line] == ["I can.", "How heavy is it?"]


KEPT = {
    "a list": "Please bring:\n- the trolley\n- coffee",
    "thanks at the start of a line": "I can.\nThanks, that is kind: I'll be there at 5.",
    "a closing": "I can.\n\nBest regards\nBob",
    "a list that looks like a head": "From: the station\nTo: the harbour\nbefore noon",
    "our address in a sentence": "I wrote to hark@chat.example.org at 14:02, as you said.",
    "indented code": "Try this:\n\n    if x:\n        return 1",
    "On at the start": "On Thursday I can.\nAs Bob wrote: bring coffee",
    "a long last line": "Sent from my desk this morning: the whole report, with all the figures that you asked for.",
    "a rule between paragraphs": "One\n\n-----\n\nTwo",
    "a paragraph with a year": "In 2026 we said:\nnothing",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_looks_like_a_quote_or_a_signature_is_kept(text: str) -> None:
    assert own_text(text) == text


@pytest.mark.parametrize(
    "text", ["", "\r\n \t\r\n", QUOTED, "Sent from my iPhone", "-- \nBob", f"On 11/24/26 14:02, Alice wrote:\n{QUOTED}"]
)
def test_nothing_of_ones_own_is_nothing(text: str) -> None:
    assert own_text(text).strip() == ""


def test_a_quote_that_is_not_recognised_tells_no_keys() -> None:
    text = f"I can.\n\nstop: https://chat.example.org/n/unsubscribe/{KEY} or R-{KEY.upper()}@reply.example.org."
    assert own_text(text) == "I can.\n\nstop: […] or […]."


def test_controls_and_surrogates_are_dropped() -> None:
    assert own_text("a\x00b\x1b[31m\ud800c\x85\td\r\ne") == "ab[31mc\td\ne"


def test_flowed_paragraphs_are_made_whole() -> None:
    text = "A long \nparagraph \nends.\n\n> quoted \n> too\n  stuffed\n-- \nBob"
    assert unflow(text, delete_space=False) == "A long paragraph ends.\n\n> quoted too\n stuffed\n-- \nBob"
    assert unflow("日本 \n語", delete_space=True) == "日本語"


def test_html_becomes_text() -> None:
    html = """<html><head><title>t</title><style>p{color:red}</style></head><body>
    <p>One &amp; <b>two</b></p><div>three<br>four</div>
    <script>alert(1)</script><ul><li>a</li><li>b</li></ul>
    <a href="https://example.com/x">here</a> <a href="https://example.com/">example.com</a>
    <a href="javascript:alert(1)">no</a><pre>  x
    y</pre></body></html>"""
    assert html_to_text(html).split("\n") == [
        *("One & two", "three", "four", "- a", "- b"),
        "here (https://example.com/x) example.com (https://example.com/) no",
        *("  x", "    y"),
    ]


HTML_SAMPLES = {
    "Gmail": """<div dir="ltr">I can.<br>How heavy is it?</div><br><div class="gmail_quote gmail_quote_container">
        <div dir="ltr" class="gmail_attr">On Tue, Nov 24 Alice &lt;<a
        href="mailto:hark@chat.example.org">hark@chat.example.org</a>&gt;
        wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><h1>1 new message</h1></blockquote></div>""",
    "Apple Mail": """<html><body><div>I can.</div><div>How heavy is it?</div><br><blockquote type="cite">
        <div>On 24 Nov 2026, Alice wrote:</div><div>1 new message</div></blockquote></body></html>""",
    "Outlook": """<html><body><p class="MsoNormal">I can.<o:p></o:p></p><p class="MsoNormal">How heavy is it?</p>
        <div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Alice via Hark
        &lt;hark@chat.example.org&gt; <br><b>Sent:</b> Tuesday, November 24, 2026 2:02 PM<br><b>To:</b> Bob</p></div>
        <p class="MsoNormal">1 new message</p></body></html>""",
    "Outlook on the web": """<div>I can.</div><div>How heavy is it?</div><div id="appendonsend"></div><hr>
        <div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Alice &lt;hark@chat.example.org&gt;<br><b>Sent:</b>
        Tuesday</font></div>
        <div>1 new message</div>""",
    "Thunderbird, below the quote": """<body><div class="moz-cite-prefix">On 11/24/26 14:02, Alice wrote:<br></div>
        <blockquote type="cite" cite="mid:x"><h1>1 new message</h1></blockquote>
        <p>I can.</p><p>How heavy is it?</p></body>""",
    "nothing closed": "<div>I can.<p>How heavy is it?<blockquote>1 new message",
}


@pytest.mark.parametrize("sample", HTML_SAMPLES.values(), ids=HTML_SAMPLES)
def test_of_html_too_only_the_persons_own_words_are_left(sample: str) -> None:
    assert [line for line in own_text(html_to_text(sample)).split("\n") if line] == ["I can.", "How heavy is it?"]


@pytest.mark.parametrize(
    "line", ["On On ", "\n\n\n", "From: x\n", "> ", "Warning: mail ", "- ", "On a wrote\n", " ", "--\n", "_"]
)
def test_a_text_of_any_length_is_read_in_one_piece(line: str) -> None:
    own_text(line * (TEXT_MAX * 2 // len(line)))
