"""Folding: words as they are compared, so that case, accents and marks make no difference on either database."""

import unicodedata

# Marks that writers leave out: Latin accents, Hebrew points, Arabic vowels. Others (が, क्) make another letter.
_MARKS = (("\u0300", "\u036f"), ("\u0591", "\u05c7"), ("\u0610", "\u061a"), ("\u064b", "\u065f"), ("\u0670", "\u0670"))
_UNFOLDED = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ı": "i", "ـ": ""})


def folded(text: str) -> str:
    """The text as it is compared: "Crème Brûlée" and "CREME BRULEE" are one."""
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_UNFOLDED)
    bare = "".join(letter for letter in letters if not any(first <= letter <= last for first, last in _MARKS))
    return unicodedata.normalize("NFC", bare)


def joined(*texts: str | None) -> str:
    """What of these texts there is, folded, to be searched in."""
    return folded("\n".join(text for text in texts if text))
