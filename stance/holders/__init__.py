"""Who takes the stance in a sentence: the author, or the person quoted or reported.

In the order of the work: `vocabulary`, `phrases`, `people`, `speech`, `dialogue`, `attribution`.
"""

from stance.holders.attribution import attribute

__all__ = ["attribute"]
