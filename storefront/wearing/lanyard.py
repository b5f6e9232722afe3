"""The lanyard: a woven strap with a hook, and an exhibition pass in its holder."""

from storefront.wearing.garments import Area, Garment, Part, Shape, both_sides, circle, other_side

_W = 240
_STRAP = ("#2f5f62", "#3a7376")
_STRAP_OVER = ("#376b6e", "#438083")
_SHADE = ("#12292b", "#0e2223")
_LIGHT = ("#83b0b1", "#86b6b7")
_THREAD = ("#9cc4c2", "#a6cfcd")
_STEEL = ("#bfc1c4", "#a6a8ab")
_STEEL_DARK = ("#6f7377", "#5a5d61")
_STEEL_LIGHT = ("#f4f5f6", "#dcdee0")
_HOLDER = ("#fdfdfb", "#dfded8")
_INK = ("#2b2a28", "#2b2a28")
_PALE = ("#d8d6cf", "#bdbbb3")


def _strap(cloth: tuple[str, str]) -> Part:
    return Part(
        Shape("M34,-12 L60,-12 C72,50 96,120 124,176 L102,188 C72,128 46,56 34,-12 Z", cloth),
        (
            Shape("M40,-12 C52,56 78,128 108,186 L100,188 C70,128 44,56 32,-12 Z", _LIGHT, soft=3, opacity=0.45),
            Shape("M56,-12 C68,50 92,120 120,178 L128,176 C100,120 76,50 64,-12 Z", _SHADE, soft=3, opacity=0.5),
            Shape("M86,140 L130,130 L128,196 L96,196 Z", _SHADE, soft=9, opacity=0.4),
            Shape("M37.5,-12 C49.5,56 75,127 105,186", line=_THREAD, width=0.5, dash=(1.6, 1.2), opacity=0.8),
            Shape("M56.5,-12 C68.5,50 93,121 121,177.5", line=_THREAD, width=0.5, dash=(1.6, 1.2), opacity=0.8),
        ),
        lifted=True,
    )


_CRIMP = Part(
    Shape("M103,168 Q103,165 106,165 L134,165 Q137,165 137,168 L137,190 Q137,193 134,193 L106,193 Q103,193 103,190 Z", _STEEL),
    (
        Shape("M103,165 L112,165 L112,193 L103,193 Z", _STEEL_LIGHT, soft=2.2, opacity=0.9),
        Shape("M129,160 L140,160 L140,196 L129,196 Z", _STEEL_DARK, soft=2.5, opacity=0.6),
        Shape("M103,170 L137,170 M103,188 L137,188", line=_STEEL_DARK, width=0.6, opacity=0.8),
    ),
    lifted=True,
)  # fmt: skip
_HOOK = Part(
    Shape("M115,192 L125,192 L125,198 C132,201 134,206 134,212 C134,222 128,228 120,228 C112,228 107,223 106,216 L111,215 C112,220 115,223 120,223 C125,223 129,219 129,212 C129,206 125,203 120,203 L115,203 Z", _STEEL),
    (
        Shape("M115,192 L118,192 L118,203 L115,203 Z", _STEEL_LIGHT, soft=0.8, opacity=0.9),
        Shape("M126,200 C136,206 136,220 124,228 L134,228 L138,204 Z", _STEEL_DARK, soft=1.6, opacity=0.6),
    ),
    lifted=True,
)  # fmt: skip
_PASS = Part(
    Shape("M74,228 Q74,222 80,222 L160,222 Q166,222 166,228 L166,282 Q166,288 160,288 L80,288 Q74,288 74,282 Z", _HOLDER),
    (
        Shape("M74,222 L120,222 L84,288 L74,288 Z", _STEEL_LIGHT, soft=6, opacity=0.6),
        Shape("M74,278 L166,278 L166,290 L74,290 Z", _PALE, soft=5, opacity=0.7),
        Shape("M112,226.5 Q112,224.5 114,224.5 L126,224.5 Q128,224.5 128,226.5 Q128,228.5 126,228.5 L114,228.5 Q112,228.5 112,226.5 Z", _STEEL_DARK),
        Shape("M84,240 L107,240 L107,272 L84,272 Z", _PALE),
        Shape(circle(95.5, 252, 5), _HOLDER),
        Shape("M86,272 C86,260 105,260 105,272 Z", _HOLDER),
        Shape("M114,243 L150,243", line=_INK, width=3.2),
        Shape("M114,252 L156,252 M114,258 L146,258", line=_STEEL_DARK, width=1.2, opacity=0.7),
        Shape("M114,270 L132,270", line=_INK, width=1.6),
    ),
    lifted=True,
)  # fmt: skip

_AREAS: tuple[Area, ...] = (
    *both_sides("upper-strap", ((44, 8), (56, 8), (70, 62), (58, 64)), (53, 42), _W),
    *both_sides("lower-strap", ((58, 64), (70, 62), (102, 142), (90, 146)), (79, 102), _W),
)
LANYARD = Garment(
    "lanyard", _W, 300, 25, (_PASS, other_side(_strap(_STRAP), _W), _strap(_STRAP_OVER), _HOOK, _CRIMP), _AREAS
)
