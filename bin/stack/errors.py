class Refused(Exception):
    """Something the person at the terminal has to put right; the message is the whole line they see."""
