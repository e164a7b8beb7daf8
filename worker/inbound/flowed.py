"""Paragraphs that a mail program has wrapped, made whole again (RFC 3676, `format=flowed`)."""

SIGNATURE = "-- "  # ends with a space, yet never flows (4.3)


def unflow(text: str, *, delete_space: bool) -> str:
    """Join each line that ends with a space to the next one of the same depth of quotes; `delete_space` is DelSp."""
    paragraphs: list[list[str]] = []
    flows_at: int | None = None  # the depth of the last paragraph, while it is open
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # stuffed (4.4)
        flows = content.endswith(" ") and content != SIGNATURE
        if flows_at != depth or content == SIGNATURE:
            paragraphs.append([f"{'>' * depth} "] if depth else [])
        paragraphs[-1].append(content[:-1] if flows and delete_space else content)
        flows_at = depth if flows else None
    return "\n".join("".join(pieces) for pieces in paragraphs)
