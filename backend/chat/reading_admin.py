"""The admin's page on which staff read the messages of a conversation."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from backend.accounts.models import User
from backend.api.errors import NotFound
from backend.api.serializers import BIGINT_MAX
from backend.chat.models import Conversation
from backend.chat.reading import PAGE, REASON_MAX, REASON_MIN, message_remove_by_staff, messages_read


class ReasonForm(forms.Form):
    """Why; and what is wanted: the page before a message, or that a message is removed."""

    reason = forms.CharField(
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        help_text="The people of this conversation will read it, with your name. Name nobody in it.",
    )
    before = forms.IntegerField(min_value=1, max_value=BIGINT_MAX, required=False, widget=forms.HiddenInput)
    remove = forms.IntegerField(min_value=1, max_value=BIGINT_MAX, required=False, widget=forms.HiddenInput)


class ReadingMixin:
    """Adds the page to the admin of conversations. GET asks for the reason; only a POST with one shows messages."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.read_view)
        own = [path("<int:conversation_id>/messages/", view, name="chat_conversation_messages")]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def read_view(self, request: HttpRequest, conversation_id: int) -> HttpResponse:
        """Needs chat.read_messages; to remove one, chat.remove_message too."""
        staff = cast(User, request.user)
        if not staff.has_perm("chat.read_messages"):
            raise PermissionDenied
        conversation = Conversation.objects.filter(id=min(conversation_id, BIGINT_MAX)).first()
        if conversation is None:
            raise Http404
        form = ReasonForm(request.POST or None)
        shown = None
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            if given["remove"]:
                self._remove(request, staff, conversation.id, given)
            where = {"conversation_id": conversation.id, "reason": given["reason"]}
            shown = messages_read(staff=staff, **where, before=given["before"])
        context = {
            **self.admin_site.each_context(request),
            "title": f"Messages of conversation {conversation.id}",
            "conversation": conversation,
            "form": form,
            "shown": shown,
            "earlier": shown[0].seq if shown and len(shown) == PAGE else None,
            "may_remove": staff.has_perm("chat.remove_message"),
        }
        return TemplateResponse(request, "admin/chat/conversation/messages.html", context)

    def _remove(self, request: HttpRequest, staff: User, conversation_id: int, given: dict[str, Any]) -> None:
        if not staff.has_perm("chat.remove_message"):
            raise PermissionDenied
        try:
            where = {"conversation_id": conversation_id, "seq": given["remove"], "reason": given["reason"]}
            removed = message_remove_by_staff(staff=staff, **where)
        except NotFound as fault:
            raise Http404 from fault
        words = f"Message {given['remove']} {'is removed' if removed else 'had been removed'}."
        messages.success(request, words)
