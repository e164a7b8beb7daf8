"""Query strings that say nothing, or too much."""

import pytest

from backend.accounts.models import User
from tests.contract.clients import Api
from tests.problems import assert_problem
from tests.routes import api_routes, fill

WRONG = {
    "negative": "-1",
    "huge": str(2**63),
    "of 5,000 digits": "9" * 5000,
    "a word": "many",
    "empty": "",
    "a fraction": "1.5",
    "an exponent": "1e3",
    "signed": "%2B5",
    "with a space": "%205",
    "in Arabic digits": "%D9%A5",
    "a boolean": "true",
    "NUL": "%00",
    "not UTF-8": "%ff",
}
# Where a number goes: the path, the rest of a good query, and the parameter.
NUMBERS = [
    ("sync", "", "cursor"),
    ("sync", "after=0&", "conversation"),
    ("sync", "conversation={direct}&", "after"),
    ("sync", "", "visible"),
    ("sync", "", "wait"),
    ("conversations", "", "limit"),
    ("conversations", "", "before"),
    ("conversations/{direct}/messages", "", "limit"),
    ("conversations/{direct}/messages", "", "before"),
    ("conversations/{direct}/messages", "", "after"),
    ("conversations/{direct}/messages", "", "from"),
    ("search", "q=hello&", "conversation"),
    ("search", "q=hello&", "limit"),
    ("search", "q=hello&", "before"),
    ("notifications/log", "", "limit"),
    ("notifications/log", "", "before"),
]
NUMBER_IDS = [f"{path} {parameter}" for path, _, parameter in NUMBERS]
OUT_OF_RANGE = [
    ("sync", "visible=2", "visible"),
    ("sync", "wait=26", "wait"),
    ("sync", "conversation=0&after=0", "conversation"),
    ("conversations", "limit=0", "limit"),
    ("conversations", "limit=201", "limit"),
    ("conversations", "before=0", "before"),
    ("conversations/{direct}/messages", "limit=0", "limit"),
    ("conversations/{direct}/messages", "limit=201", "limit"),
    ("conversations/{direct}/messages", "before=0", "before"),
    ("conversations/{direct}/messages", "from=0", "from"),
    ("search", "", "q"),
    ("search", "q=", "q"),
    ("search", "q=%20%20", "q"),
    ("search", "q=%00", "q"),
    ("search", "q=" + "x" * 201, "q"),
    ("search", "q=hello&conversation=0", "conversation"),
    ("search", "q=hello&limit=0", "limit"),
    ("search", "q=hello&limit=201", "limit"),
    ("search", "q=hello&before=0", "before"),
    ("notifications/log", "limit=0", "limit"),
    ("notifications/log", "limit=201", "limit"),
    ("notifications/log", "before=0", "before"),
    ("users", "q=" + "x" * 255, "q"),
    ("users", "q=%00", "q"),
]


@pytest.mark.parametrize(("path", "rest", "parameter"), NUMBERS, ids=NUMBER_IDS)
def test_it_refuses_a_number_that_is(
    path: str, rest: str, parameter: str, alice: User, direct: int, subtests: pytest.Subtests
) -> None:
    api = Api(alice)
    for name, value in WRONG.items():
        with subtests.test(name):
            response = api.get(f"{path}?{rest}{parameter}={value}".format(direct=direct))
            assert_problem(response, 400, "invalid_parameter", parameter)
    response = api.get(f"{path}?{rest}{parameter}=1&{parameter}=1".format(direct=direct))
    assert_problem(response, 400, "invalid_parameter", parameter)


def test_it_refuses_what_is_out_of_range(alice: User, direct: int, subtests: pytest.Subtests) -> None:
    api = Api(alice)
    for path, query, parameter in OUT_OF_RANGE:
        with subtests.test(path=path, query=query):
            response = api.get(f"{path}?{query}".format(direct=direct))
            assert_problem(response, 400, "invalid_parameter", parameter)


def test_it_refuses_an_unknown_parameter(alice: User, direct: int, subtests: pytest.Subtests) -> None:
    api = Api(alice)
    for path in (route.path for route in api_routes() if "get" in route.methods):
        with subtests.test(path=path):
            for query, parameter in (("colour=red", "colour"), ("format=xml", "format")):
                response = api.get(fill(path, conversation_id=direct) + f"?{query}")
                assert_problem(response, 400, "unknown_parameter", parameter)


def test_it_refuses_before_and_after_together(alice: User, direct: int) -> None:
    response = Api(alice).get(f"conversations/{direct}/messages?before=5&after=1")
    assert_problem(response, 400, "invalid_parameter", "before")


@pytest.mark.parametrize("other", ["before=5", "after=1", "before=5&after=1"])
def test_it_refuses_from_with_before_or_after(other: str, alice: User, direct: int) -> None:
    response = Api(alice).get(f"conversations/{direct}/messages?from=1&{other}")
    assert_problem(response, 400, "invalid_parameter", "from")


@pytest.mark.parametrize("query", ["after=0", "conversation={direct}"])
def test_conversation_and_after_go_together(query: str, alice: User, direct: int) -> None:
    response = Api(alice).get(f"sync?{query}".format(direct=direct))
    assert_problem(response, 400, "invalid_parameter", "after")


@pytest.mark.parametrize(
    "path",
    [
        "sync?cursor={beyond}",
        "sync?cursor=9223372036854775807",
        "sync?conversation={direct}&after={beyond}",
        "conversations/{direct}/messages?after={beyond}",
        "conversations/{direct}/messages?after=9223372036854775807",
    ],
)
def test_it_tells_a_reader_whose_cursor_is_ahead_of_the_server(path: str, alice: User, direct: int) -> None:
    api = Api(alice)
    api.say(direct, "hello")
    beyond = 1_000
    assert_problem(api.get(path.format(direct=direct, beyond=beyond)), 409, "cursor_ahead")


@pytest.mark.parametrize("path", ["sync", "me", "conversations"])
def test_it_survives_a_thousand_parameters(path: str, alice: User) -> None:
    query = "&".join(f"p{number}=1" for number in range(1_100))
    assert_problem(Api(alice).get(f"{path}?{query}"), 400, "invalid_request")
