"""How Chromium is started."""

# A container has no sandbox and no graphics card, and a test has no use for what browsers do on their own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
