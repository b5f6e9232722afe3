"""The form for an artist's page."""

from typing import Any

from flask_babel import gettext
from wtforms import FieldList, FileField, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from storefront.catalog.artist_pages import ArtistDetails
from storefront.catalog.artists import ArtistKind
from storefront.money import CURRENCIES
from storefront.web.forms import (
    Asked,
    LineField,
    MarkdownField,
    ShopForm,
    WholeField,
    choices,
    needed,
    option,
    web_address,
)
from storefront.web.forms import later as _
from storefront.web.studio import words
from storefront.web.studio.rows import RowForm, filled

MAX_PLACES = 12


class PlaceRow(RowForm):
    """Where the work is seen or bought in person."""

    name = LineField(_("Name"), [needed(_("Enter the place’s name."))], longest=80)
    where = LineField(_("Where"), longest=120)
    website = LineField(_("Website"), [web_address], longest=200, render_kw={"inputmode": "url"})


class ArtistForm(ShopForm):
    kind = RadioField(
        _("Whose page is it?"), [needed(_("Choose who the page is for."))], choices=choices(ArtistKind, words.kind)
    )
    name = LineField(_("Name"), [needed(_("Enter the name that stands on the page."))])
    city = LineField(_("Town"), longest=80)
    birth_year = WholeField(_("Year of birth"), low=1850, high=2020, optional=True)
    website = LineField(_("Website"), [web_address], longest=200, render_kw={"inputmode": "url"})
    currency = SelectField(_("Currency"), [Asked()], choices=[option(code, code) for code in CURRENCIES])
    statement = MarkdownField(_("In your words"))
    practice = MarkdownField(_("How you work"))
    places: "FieldList[Any]" = FieldList(FormField(PlaceRow), max_entries=MAX_PLACES)
    portrait = FileField(_("Portrait, or a picture of the house"))
    portrait_kept = HiddenField()
    portrait_alt = LineField(_("What the portrait shows"), longest=300)

    portrait_id: int | None = None  # set by the view once an upload is kept

    def validate_birth_year(self, field: WholeField) -> None:
        if field.data is not None and self.kind.data != ArtistKind.PERSON:
            raise ValidationError(gettext("Only a person has a year of birth. Leave it empty."))

    def validate_portrait_alt(self, field: LineField) -> None:
        if self.portrait_id is not None and not field.data:
            raise ValidationError(gettext("Say in a few words what the portrait shows, for people who can’t see it."))

    def details(self) -> ArtistDetails:
        return ArtistDetails(
            kind=ArtistKind(self.kind.data),
            name=self.name.data or "",
            currency=self.currency.data,
            city=self.city.data or "",
            birth_year=self.birth_year.data,
            statement=self.statement.data or "",
            website=self.website.data or "",
            practice=self.practice.data or "",
            places=tuple(
                {"name": row.name.data or "", "where": row.where.data or "", "website": row.website.data or ""}
                for row in filled(self.places)
            ),
            portrait_id=self.portrait_id,
            portrait_alt=self.portrait_alt.data or "" if self.portrait_id else "",
        )
