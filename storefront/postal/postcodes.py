"""Postcodes: how a country's look, and what is made of one that was typed."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Postcodes:
    patterns: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    prefix: str = ""  # what the country's own letters are printed with, such as "CH"

    @property
    def example(self) -> str:
        return self.examples[0] if self.examples else ""

    @property
    def are_digits(self) -> bool:
        return bool(self.examples) and all(example.isdigit() for example in self.examples)

    def find(self, typed: str) -> str | None:
        """The postcode as its post writes it; None when it can be none."""
        text = _plain(typed)
        bare = re.sub(rf"^(?:{re.escape(self.prefix)}|[A-Z]{{1,2}}-|〒)[ -]?", "", text)
        tried = [text, bare]
        shaped = [found for one in tried for example in self.examples if (found := _shaped(one, example))]
        return next((one for one in [*shaped, *tried] if self._fits(one)), None)

    def _fits(self, text: str) -> bool:
        return all(re.fullmatch(pattern, text) for pattern in self.patterns)


def _plain(typed: str) -> str:
    """Capitals, and the digits and dashes of every keyboard as plain ones."""
    text = unicodedata.normalize("NFKC", typed)
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).upper().split())


def _shaped(text: str, example: str) -> str | None:
    """The text with the gaps of the example, where both have letters and digits in the same places."""
    signs, shape = re.sub("[ -]", "", text), re.sub("[ -]", "", example)
    if len(signs) != len(shape) or any(a.isdigit() != b.isdigit() for a, b in zip(signs, shape, strict=True)):
        return None
    rest = iter(signs)
    return "".join(sign if sign in " -" else next(rest) for sign in example)
