import pytest

from storefront.accounts.strength import Weakness, find_weakness

ABOUT_ADA = ("Ada Lovelace", "ada.lovelace@example.org", "Vitrine")


@pytest.mark.parametrize(
    "password",
    """
    password password1 Password123! P@ssw0rd p4ssw0rd! passw0rd2024 letmein1 welcome1 Welcome2026! iloveyou
    sunshine1 princess monkey123 dragon12 football1 baseball99 superman! batman007 qwertyui qwerty123 qwertyuiop
    1qaz2wsx 1q2w3e4r zxcvbnm1 asdfghjkl asdf1234 qazwsxedc 12345678 123456789 87654321 11111111 00000000 12341234
    abcabcabc abcd1234 abcdefgh aaaaaaaa aabbccdd 19900101 31121999 147258369 computer internet1 starwars pokemon1
    Summer2026! winter2025 monday123 january01 changeme secret123 admin123 administrator trustno1 whatever1
    chocolate1 mustang69 michael1 jennifer liverpool1 qwertz12 azertyuiop passwortpasswort !@#$%^&*()
    """.split(),  # noqa: SIM905  easier to read than quotes
)
def test_what_everybody_tries_first_is_refused(password):
    assert find_weakness(password) in (Weakness.COMMON, Weakness.TOO_SHORT)


@pytest.mark.parametrize("password", ["", "a", "Kx7#pQ2", "ﬀﬀ"])
def test_under_eight_characters_is_too_short(password):
    assert find_weakness(password) is Weakness.TOO_SHORT


def test_256_characters_are_taken_and_one_more_is_not():
    long = "".join(chr(0x4E00 + n) for n in range(257))

    assert find_weakness(long[:256]) is None
    assert find_weakness(long) is Weakness.TOO_LONG


@pytest.mark.parametrize(
    "password", ["Lovelace1815", "ada.lovelace", "AdaLovelace!", "v1tr1ne2026", "L0vel4ce99", "lovelaceada12"]
)
def test_ones_own_name_with_a_number_behind_it_is_refused(password):
    assert find_weakness(password, ABOUT_ADA) is Weakness.PERSONAL


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "blue cat banana guitar",
        "xK9$mPq2vL",
        "die Katze frisst keinen Rhabarber",
        "8vn2kd0qzr",
        "лошадь на крыше",
        "lovelace keeps nine green umbrellas",
    ],
)
def test_a_good_password_is_taken(password):
    assert find_weakness(password, ABOUT_ADA) is None
