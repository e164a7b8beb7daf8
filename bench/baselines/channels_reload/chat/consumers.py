from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """Tells a page what is said in its conversation from now on."""

    group = ""

    async def connect(self) -> None:
        user, conversation_id = self.scope["user"], self.scope["url_route"]["kwargs"]["conversation_id"]
        if not user.is_authenticated or not await user.conversations.filter(pk=conversation_id).aexists():
            await self.close()
            return
        self.group = f"conversation_{conversation_id}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def message_sent(self, event: dict[str, Any]) -> None:
        """From the channel layer."""
        await self.send_json(event["message"])
