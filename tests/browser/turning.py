"""A tab that is looked at, or not."""

# Without a screen all tabs are visible.
TURN = """state => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
