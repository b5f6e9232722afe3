"""The jacket: blue denim, seen from the collar to below the chest pockets."""

from storefront.wearing.garments import Area, Garment, Part, Shape, both_sides, circle, other_side

_W = 360
_CLOTH = ("#66809f", "#50667f")
_CLOTH_OVER = ("#6e88a7", "#586f89")
_SHADE = ("#33475f", "#22303f")
_LIGHT = ("#a9bdd3", "#8ba0b5")
_SEAM = ("#45597a", "#33445c")
_THREAD = ("#d9b780", "#c5a470")
_LINING = ("#3b4c63", "#2a3746")
_LABEL = ("#ece7da", "#cfc9ba")
_BRASS = ("#b98f4a", "#a9823f")
_BRASS_LIGHT = ("#ecd39a", "#d9bf85")

_BACK = Part(
    Shape("M118,44 C138,16 222,16 242,44 L262,150 L184,236 L176,236 L98,150 Z", _LINING),
    (
        Shape("M110,60 C140,92 220,92 250,60 L250,20 L110,20 Z", _SHADE, soft=9, opacity=0.55),
        Shape("M126,58 C150,76 210,76 234,58", line=_SEAM, width=1),
        Shape("M128,62 C152,80 208,80 232,62", line=_THREAD, width=0.7, dash=(2.4, 1.5), opacity=0.7),
        Shape("M162,42 L198,42 L198,58 L162,58 Z", _LABEL),
        Shape("M168,48 L192,48 M172,52.5 L188,52.5", line=_SEAM, width=1.1, opacity=0.6),
    ),
)
_FRONT = Part(
    Shape("M128,36 C96,56 44,76 -12,96 L-12,462 L190,462 L190,204 L136,92 Z", _CLOTH),
    (
        Shape("M-30,90 C30,130 30,300 -8,470 L-40,470 Z", _SHADE, soft=14, opacity=0.6),
        Shape("M40,78 C90,62 110,90 100,160 C70,170 40,150 40,78 Z", _LIGHT, soft=16, opacity=0.34),
        Shape("M70,290 C86,320 88,400 82,470 L60,470 C70,400 66,330 70,290 Z", _LIGHT, soft=9, opacity=0.28),
        Shape("M100,300 C112,340 118,400 112,470 L132,470 C138,400 130,330 100,300 Z", _SHADE, soft=9, opacity=0.3),
        Shape("M92,150 L176,200 L190,226 L170,236 L120,190 Z", _SHADE, soft=9, opacity=0.5),
        Shape("M150,200 L196,200 L196,470 L178,470 Z", _SHADE, soft=10, opacity=0.22),
        # The sleeve's seam, and the yoke's.
        Shape("M16,86 C4,140 2,200 10,262 C14,320 6,400 2,470", line=_SEAM, width=1.4),
        Shape("M20,85 C8,140 6,200 14,262 C18,320 10,400 6,470", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        Shape("M8,186 C60,196 120,204 168,208", line=_SHADE, width=5, soft=2.4, opacity=0.5),
        Shape("M8,184 C60,194 120,202 168,206", line=_SEAM, width=1.4),
        Shape("M8,180.5 C60,190.5 120,198.5 168,202.5", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        Shape("M8,188 C60,198 120,206 168,210", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        # The two seams below the pocket.
        Shape("M62,240 C72,310 82,390 90,462", line=_SEAM, width=1.4),
        Shape("M65.5,240 C75.5,310 85.5,390 93.5,462", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        Shape("M146,240 C142,310 134,390 126,462", line=_SEAM, width=1.4),
        Shape("M142.5,240 C138.5,310 130.5,390 122.5,462", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
    ),
)


def _button(x: float, y: float) -> tuple[Shape, ...]:
    return (
        Shape(circle(x + 1.2, y + 2, 8), _SHADE, soft=1.8, opacity=0.75),
        Shape(circle(x, y, 7.6), _BRASS),
        Shape(circle(x, y, 5.2), None, _BRASS_LIGHT, width=0.8, opacity=0.8),
        Shape(circle(x - 2, y - 2.4, 2.2), _BRASS_LIGHT, soft=1, opacity=0.9),
    )


_FLAP = Part(
    Shape("M56,208 L152,213 L150,240 C148,243 146,244 144,245 L106,262 Q102,264 98,262 L60,241 Q57,240 57,236 Z", _CLOTH_OVER),
    (
        Shape("M50,200 L160,206 L158,222 C120,226 90,224 52,218 Z", _LIGHT, soft=6, opacity=0.35),
        Shape("M60,212 L148,216.5 L146.5,238 C145,240 144,240.5 142,241.5 L105,258 Q102,259.5 99,258 L62.5,238.5 Q61,238 61,235 Z", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        *_button(102.5, 246),
    ),
    lifted=True,
)  # fmt: skip
_PLACKET = Part(
    Shape("M168,202 L168,462 L194,462 L194,202 L181,190 Z", _CLOTH_OVER),
    (
        Shape("M164,200 L173,200 L173,462 L164,462 Z", _LIGHT, soft=3, opacity=0.4),
        Shape("M172,206 L172,462 M190,206 L190,462", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
        *_button(181, 224),
        *_button(181, 306),
        *_button(181, 388),
    ),
    lifted=True,
)
_COLLAR = Part(
    Shape("M150,20 C128,24 108,38 97,58 C92,82 88,112 84,140 Q84,146 90,148 L168,190 Q177,196 178,190 C168,150 148,104 142,66 C140,46 144,32 150,20 Z", _CLOTH_OVER),
    (
        Shape("M90,60 C100,44 120,30 142,26 L132,70 C124,96 110,130 96,140 Z", _LIGHT, soft=9, opacity=0.42),
        Shape("M146,30 C140,80 160,140 184,196 L150,180 C140,140 128,90 134,40 Z", _SHADE, soft=8, opacity=0.42),
        Shape("M147,26 C130,30 112,42 102,60 C97,84 93,112 89.5,138 Q89.5,142 93,144 L167,184", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
    ),
    lifted=True,
)  # fmt: skip
_BAND = Part(
    Shape("M146,22 C160,13 200,13 214,22 C219,30 221,40 220,50 C200,36 160,36 140,50 C139,40 141,30 146,22 Z", _CLOTH_OVER),
    (
        Shape("M138,40 C160,28 200,28 222,40 L222,56 L138,56 Z", _SHADE, soft=4, opacity=0.5),
        Shape("M146,27 C162,19 198,19 214,27", line=_THREAD, width=0.8, dash=(2.8, 1.7)),
    ),
    lifted=True,
)  # fmt: skip

_AREAS: tuple[Area, ...] = (
    *both_sides("collar", ((116, 54), (102, 66), (95, 136), (152, 166), (136, 96), (130, 56)), (113, 112), _W),
    *both_sides("chest", ((28, 98), (95, 72), (90, 146), (160, 184), (164, 198), (28, 180)), (58, 148), _W),
    *both_sides("pocket", ((28, 180), (164, 198), (164, 264), (28, 264)), (74, 225), _W),
    *both_sides("front", ((28, 264), (164, 264), (164, 424), (28, 424)), (104, 330), _W),
)
JACKET = Garment(
    "jacket",
    _W,
    450,
    344,
    (_BACK, _FRONT, other_side(_FRONT, _W), _FLAP, other_side(_FLAP, _W), _PLACKET, _BAND, _COLLAR, other_side(_COLLAR, _W)),
    _AREAS,
)  # fmt: skip
