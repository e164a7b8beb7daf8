from rest_framework.serializers import BaseSerializer

from bench.baselines.drf_polling.chat.models import Message
from bench.baselines.drf_polling.chat.views import MessageViewSet
from bench.baselines.naive_celery.notifications.tasks import notify


class NotifyingMessageViewSet(MessageViewSet):
    """A send queues one task for each of the others. It has been committed by then (no ATOMIC_REQUESTS)."""

    def perform_create(self, serializer: BaseSerializer[Message]) -> None:
        super().perform_create(serializer)
        message = serializer.instance
        for recipient in message.conversation.participants.exclude(pk=self.request.user.pk):
            notify.delay(message.pk, recipient.pk)
