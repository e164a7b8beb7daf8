from django.db.models import QuerySet
from rest_framework import mixins, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.serializers import BaseSerializer

from bench.baselines.drf_polling.chat.models import Message
from bench.baselines.drf_polling.chat.serializers import MessageSerializer

PAGE = 100


class MessageViewSet(mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[Message]):
    """`?conversation=` gives the newest page, `?conversation=&after=` what is new since an id."""

    serializer_class = MessageSerializer

    def get_queryset(self) -> QuerySet[Message]:
        messages = Message.objects.select_related("sender").filter(
            conversation=self.request.query_params["conversation"],
            conversation__participants=self.request.user,
        )
        after = self.request.query_params.get("after")
        if after is None:
            return messages.order_by("-id")[:PAGE]
        return messages.filter(id__gt=after).order_by("id")[:PAGE]

    def perform_create(self, serializer: BaseSerializer[Message]) -> None:
        conversation = serializer.validated_data["conversation"]
        if not conversation.participants.filter(pk=self.request.user.pk).exists():
            raise PermissionDenied
        serializer.save(sender=self.request.user)
