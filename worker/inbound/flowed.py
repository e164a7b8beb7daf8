"""Paragraphs that a mail program has wrapped, made whole again (RFC 3676, `format=flowed`)."""

SIGNATURE = "-- "  # ends with a space, yet never flows (4.3)


def unflow(text: str, *, delete_space: bool) -> str:
    """Join each line that ends with a space to the next one of the same depth of quotes; `delete_space` is DelSp."""
    lines: list[str] = []
    flows_at: int | None = None  # the depth of the paragraph that the last line leaves open
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # stuffed (4.4)
        if flows_at == depth and content != SIGNATURE:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        flows = content.endswith(" ") and content != SIGNATURE
        flows_at = depth if flows else None
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
