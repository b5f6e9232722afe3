"""Who is in the demo: invented artists, a museum and a gallery. Their pages say that it is a demo."""

from dataclasses import dataclass

from storefront.catalog.artists import ArtistKind


@dataclass(frozen=True)
class DemoArtist:
    """`places` are (name, where); `shown_by` names the houses that show the artist; `portrait` says what its picture shows."""

    key: str
    kind: ArtistKind
    name: str
    city: str
    statement: str
    practice: str
    portrait: str
    places: tuple[tuple[str, str], ...] = ()
    shown_by: tuple[str, ...] = ()
    currency: str = "EUR"


ARTISTS = (
    DemoArtist(
        "ines",
        ArtistKind.PERSON,
        "Ines Varela",
        "Porto",
        "I draw small animals that do not know they are looked at.\n\n"
        "Every pin begins as a page of forty lines. I take lines away until the animal would notice if one more went. "
        "What is left is cut in steel.\n\n*This is a demo artist. The works were drawn by this shop's own code.*",
        "I draw in pencil at the size of the pin, never larger: a line that looks fine on a big sheet closes up in metal.\n\n"
        "The workshop sends back a blank without colour first. I carry it in my pocket for a week. If I stop feeling for "
        "an edge, the edge goes.",
        "A paper cut: a woman with her hair up and her eyes closed, a green moth behind her",
        (("The Tide Print Room", "Delft: one of each pin lies in the drawer under the window"),),
        ("museum", "printroom"),
    ),
    DemoArtist(
        "aki",
        ArtistKind.PERSON,
        "Aki Tamura",
        "Kushiro",
        "Hard enamel, polished until the picture is one plane, like the sea on the days the cranes cross it.\n\n"
        "*This is a demo artist. The work was drawn by this shop's own code.*",
        "Five firings for one white. Each is ground flat, looked at in north light, and filled again where it sank.\n\n"
        "I number the backs myself, and I begin with the highest.",
        "A paper cut: somebody with straight black hair, a red sun over the sea behind them",
        (("Museum of Coloured Light", "Lisbon: in the case by the stairs"),),
        ("museum",),
    ),
    DemoArtist(
        "museum",
        ArtistKind.MUSEUM,
        "Museum of Coloured Light",
        "Lisbon",
        "A museum for what light does on its way through glass. Each year one window leaves the house in small.\n\n"
        "*This is a demo museum. It has no doors.*",
        "Our glaziers choose the window, and the enamel is matched to its glass with the lamp behind it, not in front.",
        "A paper cut: a pale front with one round window of red, blue, green and yellow glass",
        (("The museum’s desk", "On the left behind the entrance, if there were one"),),
    ),
    DemoArtist(
        "printroom",
        ArtistKind.GALLERY,
        "The Tide Print Room",
        "Delft",
        "A gallery of two rooms and one press. We show people who make many of one thing and care about each.\n\n"
        "*This is a demo gallery.*",
        "We ask every artist for the drawing they nearly threw away. It is usually the one that works at four centimetres.",
        "A paper cut: a hand press, and three prints of the same wave drying on a line",
        (("The front room", "Open when the tide is in"),),
    ),
    DemoArtist(
        "lago",
        ArtistKind.PERSON,
        "Marta Lago",
        "Bariloche",
        "Mountains, at the size of a thumbnail. I grew up under one and take it along on my coat.\n\n"
        "*This is a demo artist. The works were drawn by this shop's own code.*",
        "I walk up with three colours and no more. What I cannot say with those stays on the mountain.",
        "A paper cut: a woman with curly hair and her eyes closed, two snowy peaks behind her",
        (("The Tide Print Room", "Delft: on the wall by the press"),),
        ("printroom",),
    ),
)
