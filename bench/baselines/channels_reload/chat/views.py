import json

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe


@require_safe
@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    return render(request, "conversations.html", {"conversations": request.user.conversations.order_by("pk")})


@require_safe
@login_required
@ensure_csrf_cookie
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """The page with the whole history, as the report has it."""
    conversation = get_object_or_404(request.user.conversations, pk=conversation_id)
    messages = conversation.messages.select_related("sender").order_by("created_at")
    return render(request, "conversation.html", {"conversation": conversation, "messages": messages})


@require_POST
@login_required
def send(request: HttpRequest, conversation_id: int) -> HttpResponse:
    conversation = get_object_or_404(request.user.conversations, pk=conversation_id)
    message = conversation.messages.create(sender=request.user, text=json.loads(request.body)["text"])
    told = {
        "sender": request.user.username,
        "text": message.text,
        "time": date_format(localtime(message.created_at), "H:i"),
    }
    group = f"conversation_{conversation_id}"
    async_to_sync(get_channel_layer().group_send)(group, {"type": "message.sent", "message": told})
    return JsonResponse(told, status=201)
