"""The form for a drop's plan: when, what, and who may hold."""

from datetime import datetime
from typing import Any

from flask_babel import format_datetime, gettext
from wtforms import Field, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from storefront.catalog.drop_plans import DropPlan
from storefront.catalog.drops import WhoMayHold
from storefront.catalog.local_time import NoSuchTime, TimeComesTwice, instant_of
from storefront.web.forms import LineField, ShopForm, WallTimeField, ZoneField, choices, needed, option
from storefront.web.forms import later as _
from storefront.web.studio import words

_WHICH = [
    option("1", _("The first time, before the clocks go back")),
    option("2", _("The second time, after the clocks went back")),
]


class TitleForm(ShopForm):
    title = LineField(_("Title"), [needed(_("Enter the drop’s title."))])


class TimesForm(ShopForm):
    zone = ZoneField(_("Home of the drop: whose clock counts"))
    opens = WallTimeField(_("Opens, by that clock"), [InputRequired(_("Enter day and time of the opening."))])
    opens_which = RadioField(
        _("The opening’s time comes twice that day. Which one?"), choices=_WHICH, validate_choice=False
    )
    closes = WallTimeField(_("Closes, by that clock"))
    closes_which = RadioField(
        _("The closing time comes twice that day. Which one?"), choices=_WHICH, validate_choice=False
    )

    asks_opening = False  # the time comes twice, so the page asks which is meant
    asks_closing = False

    def times(self) -> tuple[datetime, datetime | None] | None:
        """Opening and close, or None when the form says what is wrong with it."""
        if not self.validate():
            return None
        opens_at = self._instant(self.opens, self.opens_which)
        closes_at = self._instant(self.closes, self.closes_which)
        if self.opens.errors or self.closes.errors or opens_at is None:
            return None
        if closes_at is not None and closes_at <= opens_at:
            self.closes.errors = [gettext("The drop would close before it opens. Choose a later time, or none.")]
            return None
        return opens_at, closes_at

    def _instant(self, field: WallTimeField, which: RadioField) -> datetime | None:
        if field.data is None:
            return None
        try:
            return instant_of(field.data, self.zone.data, which=int(which.data) if which.data in ("1", "2") else None)
        except NoSuchTime as gap:
            said = gettext(
                "The clocks go forward that night: there is no %(time)s. The nearest times are %(before)s and %(after)s.",
                time=_on_the_wall(field.data),
                before=_on_the_wall(gap.before),
                after=_on_the_wall(gap.after),
            )
        except TimeComesTwice:
            said = gettext("The clocks go back that night: %(time)s comes twice.", time=_on_the_wall(field.data))
            self.asks_opening, self.asks_closing = (
                self.asks_opening or field is self.opens,
                self.asks_closing or field is self.closes,
            )
        _refuse(field, said)
        return None


class DropForm(TitleForm, TimesForm):
    editions = SelectMultipleField(
        _("What is sold"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    large = SelectField(_("Shown large, the others below it"), coerce=int, validate_choice=False)
    who_may_hold = RadioField(
        _("Who may hold a number"),
        [needed(_("Choose who may hold a number."))],
        choices=choices(WhoMayHold, words.who_may_hold),
    )

    def plan(self) -> DropPlan | None:
        """The plan, or None when the form says what is wrong with it."""
        times = self.times()
        if times is None:
            return None
        opens_at, closes_at = times
        return DropPlan(
            title=self.title.data or "",
            opens_at=opens_at,
            zone=self.zone.data,
            closes_at=closes_at,
            who_may_hold=WhoMayHold(self.who_may_hold.data),
            editions=tuple(sorted(self.editions.data or (), key=lambda edition_id: edition_id != self.large.data)),
        )

    def offer(self, free: list[Any]) -> None:
        """The editions to choose from."""
        self.editions.choices = free
        self.large.choices = free


def _refuse(field: Field, said: str) -> None:
    field.errors = [said]


def _on_the_wall(wall: datetime) -> str:
    return str(format_datetime(wall, "HH:mm", rebase=False))
