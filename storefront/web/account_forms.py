"""The forms of signing up and in, and of one's own account."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from storefront.accounts.addresses import BadAddress, check_address
from storefront.accounts.strength import ADVISED, LONGEST, SHORTEST, Weakness, find_weakness
from storefront.web.forms import tidy_line

_NAME_LENGTH = 100
_ADDRESS_LENGTH = 254
_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password", "maxlength": LONGEST}


def real_address(_form: FlaskForm, field: Field) -> None:
    try:
        field.data = check_address(field.data)
    except BadAddress:
        raise ValidationError(_("That does not look like an e-mail address. It reads like name@example.org.")) from None


def a_name(_form: FlaskForm, field: Field) -> None:
    """Mails greet by it, those too that an address gets unasked: it must not carry somebody's message there."""
    if re.search(r"://|\bwww\.", field.data, re.IGNORECASE):
        raise ValidationError(_("Enter your name without a web address."))


class _WithNext(FlaskForm):  # type: ignore[misc]  # Flask-WTF publishes no types
    next = HiddenField()


class SignInForm(_WithNext):
    email = EmailField(
        _l("E-mail"), [InputRequired(_l("Enter your e-mail address."))], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))], render_kw=_CURRENT)


class SignUpForm(_WithNext):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter your name.")), Length(max=_NAME_LENGTH), a_name],
        filters=[tidy_line],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=_ADDRESS_LENGTH), real_address],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Choose a password."))], render_kw=_NEW)


class ForgotForm(FlaskForm):  # type: ignore[misc]  # as above
    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=_ADDRESS_LENGTH), real_address],
        render_kw={"autocomplete": "username"},
    )


class FollowForm(FlaskForm):  # type: ignore[misc]  # as above
    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=_ADDRESS_LENGTH), real_address],
        render_kw={"autocomplete": "email"},
    )


class WaitlistForm(FollowForm):
    edition = HiddenField()


class ResetForm(FlaskForm):  # type: ignore[misc]  # as above
    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password."))], render_kw=_NEW)


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # as above
    """A button: opening the link must not be enough, since mail programs open links by themselves."""

    current = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))], render_kw=_CURRENT)


class NameForm(FlaskForm):  # type: ignore[misc]  # as above
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter your name.")), Length(max=_NAME_LENGTH), a_name],
        filters=[tidy_line],
        render_kw={"autocomplete": "name"},
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]  # as above
    current = PasswordField(_l("Password now"), [InputRequired(_l("Enter your password."))], render_kw=_CURRENT)
    password = PasswordField(_l("New password"), [InputRequired(_l("Choose a password."))], render_kw=_NEW)


class AddressForm(FlaskForm):  # type: ignore[misc]  # as above
    email = EmailField(
        _l("New e-mail address"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=_ADDRESS_LENGTH), real_address],
        render_kw={"autocomplete": "email"},
    )
    current = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))], render_kw=_CURRENT)


def typed(field: StringField) -> str:
    """What was typed into a field that has been validated."""
    return field.data or ""


def password_hint() -> str:
    hint: str = _(
        "At least %(least)s characters; %(advised)s or more are better. A sentence works well.",
        least=SHORTEST,
        advised=ADVISED,
    )
    return hint


def refuse_weak(field: StringField, personal: Iterable[str]) -> bool:
    """Whether the new password is too weak; then the field says why."""
    weakness = find_weakness(typed(field), personal)
    if weakness is not None:
        add_error(field, _weak_words(weakness))
    return weakness is not None


def add_error(field: Any, words: str) -> None:
    """`Any`: WTForms declares errors as a sequence, and gives a list or a tuple as it likes."""
    field.errors = [*field.errors, words]


def _weak_words(weakness: Weakness) -> str:
    words: dict[Weakness, str] = {
        Weakness.TOO_SHORT: _("That is short. Use at least %(least)s characters.", least=SHORTEST),
        Weakness.TOO_LONG: _("That is long. Use at most %(most)s characters.", most=LONGEST),
        Weakness.COMMON: _("Too many people use that password or one like it. Choose another."),
        Weakness.PERSONAL: _("Your name or address is most of that password. Choose another."),
    }
    return words[weakness]
