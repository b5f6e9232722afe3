"""The tote bag: undyed canvas with two handles."""

from storefront.wearing.garments import Area, Garment, Part, Shape

_W = 420
_CANVAS = ("#ddd2ba", "#b4aa95")
_CANVAS_OVER = ("#e4dac4", "#bdb39e")
_CANVAS_BACK = ("#c6ba9f", "#958b77")
_SHADE = ("#8d7f62", "#5f5643")
_LIGHT = ("#fbf7ec", "#d9d0bd")
_SEAM = ("#b9ab8c", "#8a7f69")
_THREAD = ("#a59470", "#776c56")

_FAR_HANDLE = Part(
    Shape("M126,160 C132,100 150,30 178,18 C200,11 220,11 242,18 C270,30 288,100 294,160 L271,160 C266,110 252,54 234,42 C220,35 200,35 186,42 C168,54 154,110 149,160 Z", _CANVAS_BACK),
    (Shape("M120,130 L300,130 L300,170 L120,170 Z", _SHADE, soft=8, opacity=0.6),),
)  # fmt: skip
_INSIDE = Part(
    Shape("M50,156 C150,146 270,146 370,156 L368,172 L52,172 Z", _CANVAS_BACK),
    (Shape("M50,158 C150,150 270,150 370,158 L370,176 L50,176 Z", _SHADE, soft=4, opacity=0.7),),
)
_BAG = Part(
    Shape("M48,158 C150,166 270,166 372,158 C377,250 378,390 371,492 Q370,506 356,507 C260,512 160,512 64,507 Q50,506 49,492 C42,390 43,250 48,158 Z", _CANVAS),
    (
        Shape("M60,170 C120,176 140,260 128,420 C120,470 80,480 66,440 C56,360 54,250 60,170 Z", _LIGHT, soft=18, opacity=0.5),
        Shape("M330,150 C352,250 356,400 336,520 L392,520 L392,150 Z", _SHADE, soft=18, opacity=0.34),
        Shape("M286,176 C300,240 292,310 268,360 C286,300 284,230 276,176 Z", _SHADE, soft=7, opacity=0.3),
        Shape("M140,182 C150,240 168,280 200,300 C172,292 146,256 132,184 Z", _SHADE, soft=6, opacity=0.24),
        Shape("M60,440 C130,470 290,474 366,436 L372,520 L50,520 Z", _SHADE, soft=14, opacity=0.28),
        Shape("M48,186 C150,194 270,194 373,186", line=_SEAM, width=1),
        Shape("M48,182 C150,190 270,190 373,182", line=_THREAD, width=0.7, dash=(3, 2)),
        Shape("M57,164 C52,260 52,390 58,498 M363,164 C369,260 369,390 362,498", line=_SEAM, width=0.8, opacity=0.8),
    ),
    lifted=True,
)  # fmt: skip
_HANDLE = Part(
    Shape("M100,212 L104,150 C108,90 128,28 160,14 C190,6 230,6 260,14 C292,28 312,90 316,150 L320,212 L295,213 L292,152 C288,104 274,54 250,40 C228,33 192,33 170,40 C146,54 132,104 128,152 L125,213 Z", _CANVAS_OVER),
    (
        Shape("M104,150 C108,90 128,28 160,14 L176,22 C140,40 122,100 118,160 Z", _LIGHT, soft=5, opacity=0.6),
        Shape("M292,152 C288,104 274,54 250,40 L262,30 C290,56 302,110 306,160 Z", _SHADE, soft=5, opacity=0.3),
        Shape("M104,208 L108,150 C112,92 131,32 162,18 C191,10 229,10 258,18 C289,32 308,92 312,150 L316,208", line=_THREAD, width=0.7, dash=(3, 2)),
        Shape("M121,208 L124,152 C128,102 143,50 168,36 C191,29 229,29 252,36 C277,50 292,102 296,152 L299,208", line=_THREAD, width=0.7, dash=(3, 2)),
        Shape("M104,186 L122,208 M122,186 L104,208 M104,186 L122,186 M104,208 L122,208", line=_THREAD, width=0.8, dash=(3, 1.5)),
        Shape("M298,186 L316,208 M316,186 L298,208 M298,186 L316,186 M298,208 L316,208", line=_THREAD, width=0.8, dash=(3, 1.5)),
    ),
    lifted=True,
)  # fmt: skip

# A bag has no left of its own: these are as one sees them.
_AREAS = (
    Area("middle", ((160, 200), (260, 200), (260, 480), (160, 480)), (210, 300)),
    Area("upper-left", ((66, 200), (160, 200), (160, 330), (62, 330)), (112, 262)),
    Area("upper-right", ((354, 200), (260, 200), (260, 330), (358, 330)), (308, 262)),
    Area("lower-left", ((62, 330), (160, 330), (160, 480), (68, 480)), (112, 420)),
    Area("lower-right", ((358, 330), (260, 330), (260, 480), (352, 480)), (308, 420)),
)
TOTE = Garment("tote", _W, 525, 330, (_FAR_HANDLE, _INSIDE, _BAG, _HANDLE), _AREAS)
