"""Catalogues: the shop's words in other languages, read from the translators' own files. English is in the source."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"
SOURCE = "en"
_CATALOGUE = Path("LC_MESSAGES") / "messages.po"


def languages(folder: Path = FOLDER) -> list[str]:
    """Every language the shop has words in."""
    return sorted({SOURCE, *(found.parent.parent.name for found in folder.glob(f"*/{_CATALOGUE}"))})


def catalogue_file(language: str, folder: Path = FOLDER) -> Path:
    return folder / language / _CATALOGUE


@cache
def load(locale: str, folder: Path = FOLDER) -> NullTranslations:
    """The words of a locale, or of its language; those of the source when there are none.

    Made from the text once in each process (a fifth of a second), so that no compiled file can be missing or out of date.
    """
    for name in (locale, locale.partition("_")[0]):
        file = catalogue_file(name, folder)
        if file.is_file():
            compiled = BytesIO()
            write_mo(compiled, read_po(BytesIO(file.read_bytes()), locale=name))
            compiled.seek(0)
            return Translations(compiled)
    return NullTranslations()
