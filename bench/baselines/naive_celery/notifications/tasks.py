import json

from celery import shared_task
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from pywebpush import webpush

from bench.baselines.drf_polling.chat.models import Message
from bench.baselines.naive_celery.notifications.models import PushSubscription


@shared_task
def notify(message_id: int, recipient_id: int) -> None:
    """Tell one person of one message: by push where a browser of theirs takes them, else by email."""
    message = Message.objects.select_related("sender").get(pk=message_id)
    recipient = User.objects.get(pk=recipient_id)
    subscriptions = list(recipient.push_subscriptions.all())
    for subscription in subscriptions:
        _push(subscription, message)
    if not subscriptions:
        send_mail(f"New message from {message.sender.username}", message.text, None, [recipient.email])


def _push(subscription: PushSubscription, message: Message) -> None:
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    webpush(
        subscription_info={"endpoint": subscription.endpoint, "keys": keys},
        data=json.dumps({"title": message.sender.username, "body": message.text[:200]}),
        vapid_private_key=settings.VAPID_PRIVATE_KEY,
        vapid_claims={"sub": "mailto:chat@example.com"},
        ttl=3600,
    )
