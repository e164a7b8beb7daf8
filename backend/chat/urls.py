from django.urls import path

from backend.chat.api import conversations, messages, people, search, sync

ONE = "conversations/<int:conversation_id>"

urlpatterns = [
    path("sync", sync.SyncApi.as_view()),
    path("search", search.SearchApi.as_view()),
    path("users", people.UsersApi.as_view()),
    path("blocks", people.BlocksApi.as_view()),
    path("blocks/<int:user_id>", people.BlockApi.as_view()),
    path("conversations", conversations.ConversationsApi.as_view()),
    path(ONE, conversations.ConversationApi.as_view()),
    path(f"{ONE}/participants", conversations.ParticipantsApi.as_view()),
    path(f"{ONE}/participants/<int:user_id>", conversations.ParticipantApi.as_view()),
    path(f"{ONE}/notifications", conversations.NotificationsApi.as_view()),
    path(f"{ONE}/request", conversations.RequestApi.as_view()),
    path(f"{ONE}/messages", messages.MessagesApi.as_view()),
    path(f"{ONE}/messages/<int:seq>", messages.MessageApi.as_view()),
    path(f"{ONE}/messages/<int:seq>/reactions/<str:emoji>", messages.ReactionApi.as_view()),
    path(f"{ONE}/messages/<int:seq>/report", messages.ReportApi.as_view()),
    path(f"{ONE}/read", messages.ReadApi.as_view()),
    path(f"{ONE}/unread", messages.UnreadApi.as_view()),
    path(f"{ONE}/typing", messages.TypingApi.as_view()),
]
