"""From articles to sentences that know their place: `layout`, `quotations`, then `cutting`."""

from stance.sentences.cutting import split

__all__ = ["split"]
