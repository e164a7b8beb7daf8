"""People: whom one may find, and whom one blocks."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.api import current_user
from backend.accounts.contacts import blocks_of
from backend.api.rates import Category
from backend.api.serializers import NothingInput
from backend.api.throttling import limited, unlimited
from backend.chat.api.shapes import Blocks, People, UsersQuery
from backend.chat.blocks import person_block, person_unblock
from backend.chat.directory import people_search


class UsersApi(APIView):
    """People one may start a conversation with."""

    @limited(Category.DIRECTORY)
    @extend_schema(parameters=[UsersQuery], responses=People)
    def get(self, request: Request) -> Response:
        query = UsersQuery.of_query(request)["q"]
        return Response({"users": people_search(user=current_user(request), query=query)})


class BlocksApi(APIView):
    """People whom one blocks."""

    @unlimited("One list of one's own.")
    @extend_schema(responses=Blocks)
    def get(self, request: Request) -> Response:
        NothingInput.of_query(request)
        return Response({"blocks": blocks_of(current_user(request).id)})


class BlockApi(APIView):
    """Block somebody, or end that."""

    @limited(Category.ACCOUNT)
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, user_id: int) -> Response:
        NothingInput.of_body(request)
        person_block(user=current_user(request), other_id=user_id)
        return Response(status=204)

    @limited(Category.ACCOUNT)
    @extend_schema(responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        person_unblock(user=current_user(request), other_id=user_id)
        return Response(status=204)
