"""A tab that is looked at, or not."""

# Without a screen all tabs are visible. What is said instead ends there: a page that is left turns hidden by itself.
TURN = """state => {
    if (state === "visible") delete document.visibilityState;
    else Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
