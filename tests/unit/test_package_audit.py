"""bin/check names vulnerable packages, and says so where nobody could tell."""

import pytest
from stack import audit

FINE = {"name": "fine", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1.0)"}
OPEN = {"name": "open", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"], "aliases": []}]}
HOPELESS = {"name": "hopeless", "version": "0.1", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
MENDED = "open 2.0: PYSEC-1, mended in 2.1, 3.0"


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([FINE], 0, ""),
        ([FINE, OPEN], 1, MENDED),
        ([OPEN, HOPELESS], 1, f"{MENDED}\nhopeless 0.1: PYSEC-2, mended in none"),
        ([FINE, UNKNOWN], 0, "NOT AUDITED, unknown to the database: unknown."),
        ([UNKNOWN], 0, audit.NOT_REACHED),
        ([UNKNOWN, OPEN], 1, f"{MENDED}\nNOT AUDITED, unknown to the database: unknown."),
        (None, 0, audit.NOT_REACHED),
    ],
)
def test_it_says_what_is_vulnerable_and_what_it_could_not_ask(
    packages: list[object] | None,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "_report", lambda: None if packages is None else {"dependencies": packages})
    assert audit.main([]) == code
    assert capsys.readouterr().out.strip() == said
