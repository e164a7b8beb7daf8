"""Whatever three people do, what each of them has gathered by polling is what a fresh look shows."""

import os
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend.accounts.contacts import hidden_from
from backend.accounts.models import User
from backend.chat import sync
from backend.chat.membership import conversation_open
from backend.chat.models import Conversation, Message, Participant
from backend.chat.services import told_up_to
from backend.live.models import Feed
from tests.conftest import Api
from tests.support.reader import Reader

PEOPLE = ("alice", "bob", "carol")
CONVERSATIONS = ("group", "other group", "direct")
people = st.sampled_from(PEOPLE)
groups = st.sampled_from(CONVERSATIONS[:2])
places = st.sampled_from(
    [(who, where) for where in CONVERSATIONS for who in PEOPLE if (who, where) != ("carol", "direct")]
)
latest = st.integers(0, 2)  # the n-th last
EXAMPLES = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_what_was_polled_is_what_is_there(monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, carol: User) -> None:
    monkeypatch.setattr(sync, "PAGE", 1)  # so small that every answer has more to come
    monkeypatch.setattr(sync, "MESSAGES", 2)
    apis = {"alice": Api(alice), "bob": Api(bob), "carol": Api(carol)}
    run_state_machine_as_test(lambda: ThreePeople(apis), settings=EXAMPLES)


class ThreePeople(RuleBasedStateMachine):
    """Each example is a transaction that is rolled back."""

    def __init__(self, apis: dict[str, Api]) -> None:
        super().__init__()
        self.apis = apis
        self.example = transaction.atomic()
        self.example.__enter__()
        self.told: dict[tuple[int, int], int] = {}  # by conversation and user: told up to this seq

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def meet(self) -> None:
        alice, bob, carol = (self.apis[name].user.id for name in PEOPLE)
        opened = [
            ("group", alice, [bob, carol], "Port"),
            ("group", carol, [alice, bob], "Bow"),
            ("direct", alice, [bob], ""),
        ]
        self.ids = {
            name: conversation_open(user_id=owner, kind=kind, others=others, title=title)[0]["id"]
            for name, (kind, owner, others, title) in zip(CONVERSATIONS, opened, strict=True)
        }
        self.readers = {name: Reader(api) for name, api in self.apis.items()}
        for reader in self.readers.values():
            reader.start()

    @rule(place=places, text=st.sampled_from("abc"), reply=st.booleans())
    def send(self, place: tuple[str, str], text: str, reply: bool) -> None:
        who, where = place
        last_seq = Conversation.objects.get(id=self.ids[where]).last_seq
        reply_to = last_seq if reply and last_seq else None
        body = {"client_id": str(uuid4()), "text": text, "reply_to": reply_to}
        answer = self.apis[who].post(f"conversations/{self.ids[where]}/messages", body)
        assert answer.status_code == self.refusal(who, where, 201)
        if answer.status_code == 201:
            assert answer.json()["seq"] == last_seq + 1
            again = self.apis[who].post(f"conversations/{self.ids[where]}/messages", body)
            assert (again.status_code, again.json()) == (200, answer.json())

    @rule(place=places, nth=latest, text=st.sampled_from("de"))
    def edit(self, place: tuple[str, str], nth: int, text: str) -> None:
        who, where = place
        if (message := self.own_message(who, where, nth)) is None:
            return
        answer = self.apis[who].patch(f"conversations/{self.ids[where]}/messages/{message.seq}", {"text": text})
        changes = message.deleted_at is None and message.text != text
        good = 409 if message.deleted_at else 200
        assert answer.status_code == (self.refusal(who, where, good) if changes or not self.is_in(who, where) else good)

    @rule(place=places, nth=latest)
    def delete(self, place: tuple[str, str], nth: int) -> None:
        who, where = place
        if (message := self.own_message(who, where, nth)) is None:
            return
        answer = self.apis[who].delete(f"conversations/{self.ids[where]}/messages/{message.seq}")
        if message.deleted_at is None or not self.is_in(who, where):
            assert answer.status_code == self.refusal(who, where, 200, even_blocked=True)

    @rule(place=places, nth=latest)
    def read(self, place: tuple[str, str], nth: int) -> None:
        who, where = place
        before = self.row(who, where)
        seq = max(0, before.conversation.last_seq - nth)
        answer = self.apis[who].put(f"conversations/{self.ids[where]}/read", {"seq": seq})
        assert answer.status_code == (200 if self.is_in(who, where) else 404)
        if answer.status_code == 200:
            assert answer.json() == {"read_seq": max(seq, before.read_seq)}

    @rule(place=places, nth=latest)
    def mark_unread(self, place: tuple[str, str], nth: int) -> None:
        who, where = place
        before = self.row(who, where)
        seq = before.conversation.last_seq - nth
        answer = self.apis[who].put(f"conversations/{self.ids[where]}/unread", {"seq": seq})
        if seq < 1:
            assert answer.status_code == 400
            return
        assert answer.status_code == (200 if self.is_in(who, where) else 404)
        if answer.status_code == 200:
            after = self.row(who, where)
            assert answer.json() == {"read_seq": min(seq - 1, before.read_seq), "unread": after.unread}
            assert after.waiting_since == before.waiting_since, "marking makes nothing owed, and settles nothing"

    @rule(place=places, nth=latest, emoji=st.sampled_from("👍🎉"), back=st.booleans())
    def react(self, place: tuple[str, str], nth: int, emoji: str, back: bool) -> None:
        who, where = place
        message = Message.objects.filter(conversation_id=self.ids[where]).order_by("-seq")[nth : nth + 1].first()
        if message is None:
            return
        url = f"conversations/{self.ids[where]}/messages/{message.seq}/reactions/{quote(emoji)}"
        owed = list(Participant.objects.order_by("id").values_list("unread", "waiting_since"))
        answer = self.apis[who].request("DELETE" if back else "PUT", url)
        allowed = 409 if message.deleted_at else 200
        assert answer.status_code in (self.refusal(who, where, allowed), allowed if self.is_in(who, where) else 404)
        if answer.status_code == 200:
            users = {reaction["emoji"]: reaction["users"] for reaction in answer.json()["reactions"]}
            assert (self.apis[who].user.id in users.get(emoji, [])) != back
            changed = answer.json()["reactions"] != message.reactions
            assert answer.json()["rev"] > message.rev if changed else answer.json()["rev"] == message.rev
        assert list(Participant.objects.order_by("id").values_list("unread", "waiting_since")) == owed

    @rule(who=people, where=groups)
    def leave(self, who: str, where: str) -> None:
        answer = self.apis[who].delete(f"conversations/{self.ids[where]}/participants/{self.apis[who].user.id}")
        assert answer.status_code in (204, 404)
        self.told.pop((self.ids[where], self.apis[who].user.id), None)

    @rule(who=people, whom=people, where=groups)
    def let_in(self, who: str, whom: str, where: str) -> None:
        answer = self.apis[who].post(f"conversations/{self.ids[where]}/participants", {"user": self.apis[whom].user.id})
        refusal = self.refusal(who, where, 201)
        assert answer.status_code in ((200, 201, 400) if refusal == 201 else (refusal,))
        if answer.status_code == 400:
            assert self.are_apart(who, whom)

    @rule(who=people, where=groups, accept=st.booleans())
    def answer_request(self, who: str, where: str, accept: bool) -> None:
        before = self.row(who, where)
        answer = self.apis[who].post(f"conversations/{self.ids[where]}/request", {"accept": accept})
        good = 200 if accept else 204 if before.is_pending else 409
        assert answer.status_code == (good if before.left_at is None else 404)
        if before.is_pending and not accept:
            self.told.pop((self.ids[where], before.user_id), None)

    @rule(who=people, whom=people, end=st.booleans())
    def block(self, who: str, whom: str, end: bool) -> None:
        other = self.apis[whom].user.id
        answer = self.apis[who].request("DELETE" if end else "PUT", f"blocks/{other}")
        assert answer.status_code in ((204, 404) if end or who == whom else (204,))

    @rule(place=places, level=st.sampled_from(["all", "none"]))
    def choose(self, place: tuple[str, str], level: str) -> None:
        who, where = place
        self.apis[who].put(f"conversations/{self.ids[where]}/notifications", {"level": level})

    @rule(place=places, nth=latest)
    def notify(self, place: tuple[str, str], nth: int) -> None:
        who, where = place
        row = self.row(who, where)
        seq = max(0, row.conversation.last_seq - nth)
        told_up_to(participant_id=row.id, seq=seq)
        self.told[row.conversation_id, row.user_id] = seq
        owed = row.is_member and [unread for unread in unread_messages(row) if unread > max(seq, row.seen_seq)]
        assert (self.row(who, where).waiting_since is not None) == bool(owed)

    @rule(place=places)
    def open(self, place: tuple[str, str]) -> None:
        who, where = place
        if self.is_in(who, where):
            self.readers[who].open(self.ids[where])

    @rule(who=people)
    def poll(self, who: str) -> None:
        reader = self.readers[who]
        reader.poll()
        assert reader.conversations == {c["id"]: c for c in reader.all_conversations()}
        if reader.opened is not None:
            assert [m for _, m in sorted(reader.messages.items())] == reader.all_messages()
            assert sorted(reader.messages) == list(range(1, reader.last_seq + 1))

    @invariant()
    def numbers_have_no_gap_and_no_double(self) -> None:
        for conversation in Conversation.objects.all():
            messages = Message.objects.filter(conversation=conversation).order_by("seq")
            assert [message.seq for message in messages] == list(range(1, conversation.last_seq + 1))
            revs = [message.rev for message in messages]
            assert len(set(revs)) == len(revs) and max(revs, default=0) <= conversation.rev

    @invariant()
    def what_each_is_owed_is_known(self) -> None:
        feeds = dict(Feed.objects.values_list("user_id", "rev"))
        for row in Participant.objects.select_related("conversation"):
            unread = unread_messages(row)
            told = max(self.told.get((row.conversation_id, row.user_id), 0), row.seen_seq)
            assert row.unread == len(unread)
            assert max(row.read_seq, row.seen_seq) <= row.conversation.last_seq
            assert row.activity <= row.feed_rev <= feeds[row.user_id]
            assert row.waiting_since is None or unread, "owed for what was read"
            assert row.is_member or row.waiting_since is None, "owed to somebody who has not accepted"
            owed = row.is_member and [seq for seq in unread if seq > told]
            assert row.waiting_since or not owed, "unread and never told"

    def row(self, who: str, where: str) -> Participant:
        rows = Participant.objects.select_related("conversation")
        return rows.get(conversation_id=self.ids[where], user=self.apis[who].user)

    def refusal(self, who: str, where: str, good: int, *, even_blocked: bool = False) -> int:
        """The status of an answer to a change: `good`, or that of the reason to refuse it."""
        row = self.row(who, where)
        if row.left_at is not None:
            return 404
        if row.is_pending:
            return 409
        return 403 if where == "direct" and self.are_apart("alice", "bob") and not even_blocked else good

    def are_apart(self, one: str, other: str) -> bool:
        return self.apis[other].user.id in hidden_from(self.apis[one].user.id)

    def is_in(self, who: str, where: str) -> bool:
        return self.row(who, where).left_at is None

    def own_message(self, who: str, where: str, nth: int) -> Message | None:
        own = Message.objects.filter(conversation_id=self.ids[where], sender=self.apis[who].user).order_by("-seq")
        return own[nth : nth + 1].first()


def unread_messages(row: Participant) -> list[Any]:
    """Seqs of others' messages that the participant has not read and could; none for one who has left."""
    if row.left_at is not None:
        return []
    found = Message.objects.filter(conversation_id=row.conversation_id, seq__gt=row.read_seq, deleted_at=None)
    return list(found.exclude(sender_id=row.user_id).values_list("seq", flat=True))
