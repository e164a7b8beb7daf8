"""Settings that are a number of days."""

NONSENSE = -1  # refused by checks.py, in words


def days_read(value: str) -> int:
    """Empty or 0: for ever. What is no number is NONSENSE, so that the system check names the setting."""
    if not value.strip():
        return 0
    return int(value) if value.strip().isdecimal() and value.isascii() and len(value) < 10 else NONSENSE
