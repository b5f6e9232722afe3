"""What the demo shows: invented pins and their drops. The pages say that it is a demo."""

from dataclasses import dataclass
from datetime import timedelta

from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import Backing, Meaning, Metal, Technique


@dataclass(frozen=True)
class DemoPin:
    """`motif` names its artwork. `opens` is from the moment the demo is loaded; `sold` of the edition's pieces have owners."""

    motif: str
    artist: str
    technique: Technique
    metal: Metal
    millimetres: tuple[int, int]
    meaning: Meaning
    meaning_note: str
    shape: str
    quote: str
    story: str
    steps: tuple[str, str, str, str, str, str]
    size: int
    price_minor: int
    opens: timedelta
    sold: int
    alt: str
    proofs: int = 0
    reserved: tuple[int, ...] = ()
    reserved_note: str = ""
    per_person: int = 1
    policy: NumberPolicy = NumberPolicy.ASCENDING
    zone: str = "Europe/Lisbon"
    backing: Backing = Backing.RUBBER


PINS = (
    DemoPin(
        motif="luna",
        artist="ines",
        technique=Technique.SOFT,
        metal=Metal.GOLD,
        millimetres=(40, 38),
        meaning=Meaning.MEMORY,
        meaning_note="A kitchen window in June",
        shape="A moth with open wings",
        quote="The first one came to my kitchen window in June and stayed until morning. I drew it on the back of a gas bill.",
        story="Luna moths live for about a week and have no mouth. They do not eat. Everything they will ever need, they "
        "bring with them. I wanted to make something you could carry the same way: small, complete, pinned to a coat.\n\n"
        "At 40 millimetres every line has to earn its place. I started with forty-one veins and ended with six. The eyes "
        "stayed, because they are the part that looks back at you.\n\n"
        "The green is three coats of soft enamel, baked between each one, so it sits below the gold and catches a shadow "
        "along the edge.",
        steps=(
            "Cut in steel, mirrored, 1.2 mm deep",
            "A brass blank takes the shape in two blows of a 40 tonne press",
            "Two hours tumbling in walnut shell",
            "Nickel first, then gold",
            "Six enamels, filled by hand with a syringe",
            "80 °C for eighteen minutes, three times over",
        ),
        size=100,
        price_minor=2800,
        opens=-timedelta(hours=1, minutes=12),
        sold=35,
        alt="A luna moth pin: mint green wings with gold lines, plum edges and four round eyes",
        proofs=5,
    ),
    DemoPin(
        motif="rose",
        artist="museum",
        technique=Technique.HARD,
        metal=Metal.BLACK_NICKEL,
        millimetres=(44, 44),
        meaning=Meaning.PLACE,
        meaning_note="The west wall, at five in the afternoon",
        shape="A round window",
        quote="At five in the afternoon the window leaves the wall and lies on the floor for eleven minutes.",
        story="The glass was taken out twice, once for a war and once for a restoration, and put back both times in another "
        "order. Nobody is sure which pane was the first.\n\n"
        "So we let you pick: every number of this edition is yours to choose, as long as nobody else has it. Number 1 stays "
        "in the museum.\n\nThe lead lines of the window are the metal lines of the pin. It is the only drawing we know that "
        "needed no simplifying: the glaziers had done it, eight hundred years ago.",
        steps=(
            "Engraved from a photograph of the lead lines",
            "Struck in zinc, which keeps thin walls sharp",
            "Edges filed by hand, twelve petals each",
            "Black nickel, dark as old lead",
            "Five glass colours, cell by cell",
            "Baked, ground flat and polished to one plane",
        ),
        size=250,
        price_minor=3200,
        opens=-timedelta(hours=3),
        sold=112,
        alt="A round rose window pin in black nickel with cobalt, ruby and amber panes",
        reserved=(1,),
        reserved_note="Number 1 stays in the museum's archive",
        per_person=2,
        policy=NumberPolicy.PICK,
    ),
    DemoPin(
        motif="crane",
        artist="aki",
        technique=Technique.HARD,
        metal=Metal.GOLD,
        millimetres=(42, 38),
        meaning=Meaning.FANDOM,
        meaning_note="For people who get up early to look at birds",
        shape="A disc with wings beyond its edge",
        quote="They cross in the first light, and nobody has ever told them how wide the water is.",
        story="A red-crowned crane needs four lines: neck, back, wing, leg. I drew the sun first and let the bird fly out of "
        "it, so the wings break the circle.\n\nHard enamel is filled above the metal and ground down until both are one "
        "surface. You can draw a fingernail across it and feel nothing. That is how flat the sea is on those mornings.\n\n"
        "The numbers are sealed: they were shuffled before the drop, and you learn yours once it is paid.",
        steps=(
            "The sun and the waves in one die",
            "One blow; the wing tips are the hard part",
            "Polished before plating, so the gold lies mirror flat",
            "Gold over copper",
            "Five colours, filled above the line",
            "Baked, then ground and polished for an hour",
        ),
        size=50,
        price_minor=3400,
        opens=timedelta(minutes=6),
        sold=0,
        alt="A crane flying across a red sun above blue waves, outlined in gold",
        policy=NumberPolicy.SEALED,
        zone="Asia/Tokyo",
    ),
    DemoPin(
        motif="moonrise",
        artist="lago",
        technique=Technique.HARD,
        metal=Metal.SILVER,
        millimetres=(38, 36),
        meaning=Meaning.MEMORY,
        meaning_note="The walk home",
        shape="An arched window",
        quote="My grandmother called it the lamp that somebody forgot to put out.",
        story="Once a month the moon comes up behind the highest of the three peaks, and for some minutes the snow is lighter "
        "than the sky. I have tried to paint it for ten years. In enamel it took an afternoon, because enamel knows only "
        "one blue at a time.\n\nAll one hundred and fifty are gone. The wall below remembers in which order.",
        steps=(
            "A die the size of a stamp",
            "Struck in brass",
            "Tumbled until the edges are kind",
            "Silver, sealed against tarnish",
            "Night, moon, two ranges, snow and pine",
            "Baked and polished flat",
        ),
        size=150,
        price_minor=3000,
        opens=-timedelta(days=9),
        sold=150,
        alt="An arched pin with a full moon over snow-tipped mountains, outlined in silver",
        zone="America/Argentina/Buenos_Aires",
    ),
    DemoPin(
        motif="teacup",
        artist="printroom",
        technique=Technique.HARD,
        metal=Metal.ROSE_GOLD,
        millimetres=(34, 36),
        meaning=Meaning.ARTWORK,
        meaning_note="After a plate in the print room's collection",
        shape="A cup with its steam",
        quote="A quarter of an hour, in porcelain.",
        story="The print room stops at four. It has done so since the first press stood here, and the cup has been the same "
        "cup. When it broke last winter we asked for a drawing of it before it was thrown away.\n\nThe blue is the blue of "
        "the plate it was printed from; the steam is one line of metal, because steam should be.",
        steps=(
            "Drawn from the broken cup",
            "Struck in brass",
            "Polished on felt",
            "Rose gold, warm as tea",
            "Porcelain white, then five others",
            "Baked slowly, so the white stays white",
        ),
        size=80,
        price_minor=2600,
        opens=-timedelta(days=2),
        sold=22,
        alt="A teacup pin with blue ornament and curling steam, outlined in rose gold",
        proofs=4,
        zone="Europe/Amsterdam",
    ),
    DemoPin(
        motif="cactus",
        artist="lago",
        technique=Technique.SOFT,
        metal=Metal.COPPER,
        millimetres=(34, 40),
        meaning=Meaning.CAUSE,
        meaning_note="One euro of each goes to a seed bank, in the story",
        shape="A potted prickly pear",
        quote="It flowers for a day. I was out.",
        story="I kept a prickly pear on the window sill for six years. It bloomed on the one afternoon I was at the dentist. My "
        "neighbour took a photograph, out of focus, and I drew the pin from that.\n\nThe spines are dots of bare copper. "
        "They are the only part that has not been rounded.",
        steps=(
            "Forty spines, drilled one by one",
            "Struck deep, for soft enamel",
            "Brushed, not polished",
            "Copper, left to darken",
            "Two greens, clay, sand and bloom",
            "Baked twice",
        ),
        size=120,
        price_minor=2400,
        opens=timedelta(days=2, hours=4),
        sold=0,
        alt="A potted prickly pear pin with pink flowers, outlined in copper",
        per_person=2,
        zone="America/Argentina/Buenos_Aires",
    ),
    DemoPin(
        motif="lighthouse",
        artist="printroom",
        technique=Technique.SOFT,
        metal=Metal.ANTIQUE_BRASS,
        millimetres=(35, 38),
        meaning=Meaning.PLACE,
        meaning_note="The pier, before the storm",
        shape="A disc, the lamp above its edge",
        quote="You see it for four seconds, and then you wait for eleven.",
        story="The lamp of this lighthouse turns once in fifteen seconds. Sailors count it; that is how they know which coast "
        "they are on. The edition has seventy-five pieces because the tower has seventy-five steps.\n\nAntique brass was the "
        "only metal that looked as if it had been out in the weather.",
        steps=(
            "The tower, the sea and the beam in one die",
            "Struck in brass",
            "Left rough on purpose",
            "Antique brass, dark in the valleys",
            "Seven colours, from foam to lamp",
            "Baked once",
        ),
        size=75,
        price_minor=2500,
        opens=-timedelta(days=5),
        sold=41,
        alt="A round pin of a red and white lighthouse with a yellow beam above the sea, in antique brass",
        zone="Europe/Amsterdam",
    ),
    DemoPin(
        motif="octopus",
        artist="ines",
        technique=Technique.SOFT,
        metal=Metal.GOLD,
        millimetres=(45, 45),
        meaning=Meaning.ARTWORK,
        meaning_note="From a sketchbook kept at the aquarium",
        shape="An octopus with eight arms",
        quote="It looked at my drawing for longer than I had looked at it.",
        story="Octopuses have three hearts, and two of them stop when they swim. So they prefer to walk. I followed one along "
        "the glass for an afternoon, and it changed colour whenever I got it right.\n\nEach arm is a closed cell of metal: "
        "twenty-six of them, the most I have ever put on a pin.",
        steps=(
            "Twenty-six cells in one die",
            "Two blows, a quarter turn between them",
            "Tumbled for three hours",
            "Gold over nickel",
            "Five colours, the suckers last",
            "Baked three times",
        ),
        size=88,
        price_minor=3200,
        opens=timedelta(days=12),
        sold=0,
        alt="An octopus pin with curling coral arms, outlined in gold",
        proofs=6,
        reserved=(8,),
        reserved_note="Number 8 goes to the aquarium",
    ),
)
