"""The hat: a bucket hat of moss-green cotton."""

from storefront.wearing.garments import Area, Garment, Part, Shape, circle

_W = 320
_COTTON = ("#7d8768", "#5f6850")
_COTTON_OVER = ("#87916f", "#687157")
_TOP = ("#8f9a7a", "#707a60")
_SHADE = ("#3c4430", "#262b1e")
_LIGHT = ("#bcc5a4", "#8f9879")
_SEAM = ("#5b6449", "#434a35")
_THREAD = ("#aab391", "#868f6e")
_STEEL = ("#d5d4cc", "#a9a8a0")

_BRIM = Part(
    Shape("M56,206 C28,224 6,252 8,276 C12,310 86,332 160,332 C234,332 308,310 312,276 C314,252 292,224 264,206 Z", _COTTON),
    (
        Shape("M50,200 C90,240 230,240 270,200 L280,226 C240,262 80,262 40,226 Z", _SHADE, soft=8, opacity=0.62),
        Shape("M20,262 C50,300 110,312 150,312 L150,326 C90,326 24,308 14,280 Z", _LIGHT, soft=8, opacity=0.4),
        Shape("M320,250 C310,300 240,330 190,336 L320,340 Z", _SHADE, soft=12, opacity=0.34),
        Shape("M12,272 C20,301 90,322 160,322 C230,322 300,301 308,272", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        Shape("M15,260 C26,290 94,311 160,311 C226,311 294,290 305,260", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        Shape("M22,248 C36,279 98,300 160,300 C222,300 284,279 298,248", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        Shape("M30,237 C46,267 102,289 160,289 C218,289 274,267 290,237", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        Shape("M39,226 C56,256 106,278 160,278 C214,278 264,256 281,226", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
    ),
)  # fmt: skip
_CROWN = Part(
    Shape("M80,96 C86,66 234,66 240,96 C245,136 254,176 264,207 C240,242 80,242 56,207 C66,176 75,136 80,96 Z", _COTTON_OVER),
    (
        Shape("M84,100 C100,124 130,128 150,126 C140,170 110,220 84,226 C64,200 78,140 84,100 Z", _LIGHT, soft=13, opacity=0.42),
        Shape("M226,90 C226,140 236,190 236,244 L280,240 L256,90 Z", _SHADE, soft=13, opacity=0.42),
        Shape("M170,130 C176,170 172,210 166,236 C186,214 190,170 182,130 Z", _SHADE, soft=7, opacity=0.2),
        Shape("M56,207 C80,242 240,242 264,207", line=_SHADE, width=6, soft=2.5, opacity=0.5),
        Shape("M61,200 C86,234 234,234 259,200", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        # The side seam with its two eyelets.
        Shape("M96,116 C92,150 84,190 78,218", line=_SEAM, width=1.2),
        Shape("M99,117 C95,150 87,190 81,219", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
        Shape(circle(82, 158, 3.4), _STEEL),
        Shape(circle(82, 158, 1.5), _SHADE),
        Shape(circle(77.5, 180, 3.4), _STEEL),
        Shape(circle(77.5, 180, 1.5), _SHADE),
    ),
    lifted=True,
)  # fmt: skip
_LID = Part(
    Shape("M80,98 C78,80 112,68 160,68 C208,68 242,80 240,98 C238,118 206,128 160,128 C114,128 82,118 80,98 Z", _TOP),
    (
        Shape("M90,92 C100,78 150,72 190,76 C150,86 120,98 104,112 Z", _LIGHT, soft=8, opacity=0.55),
        Shape("M240,90 C240,118 206,134 150,132 C200,124 226,110 230,88 Z", _SHADE, soft=6, opacity=0.3),
        Shape("M85,99 C90,115 118,123.5 160,123.5 C202,123.5 230,115 235,99", line=_THREAD, width=0.7, dash=(2.6, 1.6)),
    ),
)  # fmt: skip

_AREAS = (
    Area("front", ((128, 136), (192, 136), (196, 226), (124, 226)), (160, 178)),
    Area("left-side", ((192, 136), (226, 128), (244, 200), (222, 220), (196, 226)), (218, 172)),
    Area("right-side", ((128, 136), (102, 130), (84, 204), (98, 220), (124, 226)), (108, 172)),
    Area("brim", ((40, 246), (90, 256), (160, 262), (230, 256), (280, 246), (292, 268), (230, 306), (160, 312), (90, 306), (28, 268)), (228, 282)),
)  # fmt: skip
HAT = Garment("hat", _W, 400, 304, (_BRIM, _CROWN, _LID), _AREAS)
