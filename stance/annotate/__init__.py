"""People as annotators: `sampling`, `tasks`, `sheets`, `answers`, and the command's `actions`."""

from stance.annotate.actions import main

__all__ = ["main"]
