"""Which passwords are refused: too short, what everybody tries first, or one's own name with a number behind it.

Instead of a list of the commonest passwords there are the rules such lists follow: a common word or a walk over the
keyboard, with digits and signs around it and letters swapped for look-alikes.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

SHORTEST, ADVISED, LONGEST = 8, 15, 256
_FEW, _SPARE = 3, 3
_LOOK_ALIKES = str.maketrans("0134578@$!€", "oieastbasie")
_WALKS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "09876543210", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()_+", "147258369", "741852963", "159753",
)  # fmt: skip
_WORDS = frozenset(
    """
    password passwort passwd pass passphrase contrasena motdepasse senha parola haslo wachtwoord salasana losenord
    welcome willkommen bienvenue letmein openup login logon signin admin administrator root guest user master secret
    private access account system server computer internet google facebook default change changeme temp test testing
    demo example hello hallo bonjour hola love iloveyou lovely loveyou baby babygirl angel princess prince queen king
    sunshine sun moon star flower summer winter spring autumn january february march april june july august september
    october november december monday tuesday wednesday thursday friday saturday sunday dragon monkey tiger lion eagle
    wolf bear cat kitty dog puppy horse rabbit dolphin butterfly shadow ninja pirate wizard magic batman superman
    spiderman pokemon pikachu minecraft starwars matrix phoenix football soccer baseball basketball hockey tennis
    golf liverpool arsenal chelsea barcelona realmadrid juventus ferrari mercedes porsche harley mustang yamaha
    michael jennifer jessica daniel andrew thomas robert charlie jordan ashley nicole maria anna peter hunter george
    chocolate cheese banana apple orange pepper cookie coffee pizza ginger lucky happy smile freedom peace whatever
    nothing something trustno one money dollar diamond silver gold golden purple yellow black white green blue red
    abc abcd qwer asdf zxcv qaz wsx music guitar metallica jesus christ heaven god enamel pins pin badge collector
    collection collect edition limited drop shop store artist museum gallery
    """.split()  # noqa: SIM905  a list of two hundred quoted words is harder to read
)


class Weakness(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PERSONAL = "personal"


def find_weakness(password: str, personal: Iterable[str] = ()) -> Weakness | None:
    """Why this password will not do; `personal` are the name, the address and the shop's name."""
    if len(password) > LONGEST:
        return Weakness.TOO_LONG
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(plain) < SHORTEST:
        return Weakness.TOO_SHORT
    if any(_is_made_of(letters, _words_in(personal)) for letters in _readings(plain)):
        return Weakness.PERSONAL
    if _is_pattern(plain) or any(_is_made_of(letters, _WORDS) for letters in _readings(plain)):
        return Weakness.COMMON
    return None


def _readings(plain: str) -> set[str]:
    """The letters of a password: as typed, and with look-alikes read as the letters they stand for."""
    core = plain.strip("0123456789!@#$%^&*()-_=+.,?/ ")
    return {re.sub(r"[\W\d_]", "", text) for text in (plain, core, core.translate(_LOOK_ALIKES))}


def _is_made_of(letters: str, words: frozenset[str]) -> bool:
    """One to three such words, and at most three letters more. Four words or more are a pass phrase."""
    found = 0
    for word in sorted(words, key=len, reverse=True):
        found += letters.count(word)
        letters = letters.replace(word, " ")
    return 0 < found <= _FEW and len(letters.replace(" ", "")) <= _SPARE


def _words_in(personal: Iterable[str]) -> frozenset[str]:
    joined = [unicodedata.normalize("NFKC", text).casefold() for text in personal]
    parts = [part for text in joined for part in re.split(r"[\W\d_]+", text)]
    whole = [re.sub(r"[\W\d_]", "", text) for text in joined]
    return frozenset(word for word in [*parts, *whole] if len(word) > _SPARE)


def _is_pattern(plain: str) -> bool:
    """Few different signs, one bit over and over, only digits, or mostly a walk over the keyboard."""
    few = len(set(plain)) <= 4  # noqa: PLR2004  aaaabbbb, 12341234
    repeated = re.fullmatch(r"(.{1,6}?)\1+.{0,2}", plain) is not None
    digits = plain.isdigit() and len(plain) < ADVISED
    return few or repeated or digits or len(_without_walks(plain)) <= len(plain) // 3


def _without_walks(plain: str) -> str:
    for walk in _WALKS:
        for way in (walk, walk[::-1]):
            for length in range(len(way), 2, -1):
                for start in range(len(way) - length + 1):
                    plain = plain.replace(way[start : start + length], "")
    return plain
