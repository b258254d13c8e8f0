"""`stance predict`: a finished run reads new articles, or a table of sentences, of any length.

Memory stays flat however much there is to read, the cores share the work, and what cannot be read
is set aside. In the order of the work: `stream` cuts the input into batches, `engine` spreads
them, `batches` reads one, `spool` keeps what is finished; `command` composes them.
"""

from stance.predict.command import main, predict

__all__ = ["main", "predict"]
