"""A story may say anything and do nothing: the hostile corpus."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from storefront.catalog.stories import MAX_BYTES, MAX_HTML_BYTES, StoryTooLong, as_html

ALLOWED = {
    "p": set(), "br": set(), "hr": set(), "em": set(), "strong": set(), "a": {"href", "rel"}, "ul": set(), "ol": {"start"},
    "li": set(), "blockquote": set(), "h2": set(), "h3": set(), "h4": set(), "code": set(), "pre": set(),
}  # fmt: skip

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)//",
    '<img src="x`" `onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>*{background:url(https://evil.example)}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](&#0000106&#0000097vascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x]( \x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://x/1)",
    "[x](view-source:https://x)",
    "[x](https://x 'a\" onmouseover=\"alert(1)')",
    '[x](https://x "title")',
    '[x](https://x" onclick="alert(1))',
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[r]: <javascript:alert(1)> 'x'\n\n[r]",
    "<javascript:alert(1)>",
    "<https://x/'onmouseover='alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](x)',
    "![x][r]\n\n[r]: data:image/png;base64,AAAA",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"onload=alert(1)\nx\n```',
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "* <img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u202ejavascript:alert(1)",
    "<p>\x00<scr\x00ipt>alert(1)</script>",
    "<\uff53cript>alert(1)</script>",
    "<a\x0chref=javascript:alert(1)>x</a>",
    "<<script>script>alert(1)<</script>/script>",
    "{{ 7 * 7 }} {% for x in y %} ${7*7} #{7*7}",
]  # fmt: skip

BOMBS = {
    "brackets": "[" * 19_000,
    "brackets closed": "[" * 9_000 + "]" * 9_000,
    "links in links": "[a](" * 4_000,
    "quotes": ">" * 19_000,
    "quotes by line": "\n".join("> " * n for n in range(1, 120)),
    "lists": "".join("  " * n + "* a\n" for n in range(130)),
    "stars": "*" * 19_000,
    "stars and words": "*a " * 6_000,
    "emphasis": "*a_ " * 4_500,
    "strong": "**a " * 4_500 + "a**" * 500,
    "ticks": "".join("`" * n + " " for n in range(1, 190)),
    "entities": "&amp;" * 3_900,
    "angle brackets": "<" * 19_000,
    "comments": "<!--" * 4_700,
    "headings": "# a\n" * 4_800,
    "rules": "***\n" * 4_800,
    "references": "[a]: b\n" * 2_700,
    "references used": "[a]: <b>\n\n" + "[a]" * 6_000,
    "table": "|a" * 60 + "\n" + "|-" * 60 + "\n" + ("|" * 60 + "\n") * 320,
    "autolinks": "<a:b>" * 3_900,
    "backslashes": "\\" * 19_000,
    "line breaks": "a  \n" * 4_900,
    "combining marks": "a" + "\u0301" * 9_500,
}


class Seen(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.tags.append(("comment", {}))

    def handle_decl(self, decl):
        self.tags.append(("declaration", {}))

    def handle_pi(self, data):
        self.tags.append(("instruction", {}))


def scheme_of(address):
    """As a browser reads it: control characters and white space do not count."""
    return urlsplit("".join(c for c in address if c > " " and c != "\x7f")).scheme.lower()


def seen_in(html):
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_harmless(text):
    for tag, attributes in seen_in(as_html(text)).tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        if "href" in attributes:
            assert scheme_of(attributes["href"]) in ("http", "https", "mailto", "")


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_rendered_or_refused_in_a_second(name):
    began = time.process_time()

    try:
        html = as_html(BOMBS[name])
    except StoryTooLong:
        html = ""

    assert time.process_time() - began < 1
    assert len(html.encode()) <= MAX_HTML_BYTES


def test_markdown_keeps_its_meaning():
    html = as_html(
        "# Night\n\nIt *flies*, **blind**.\n\n- one\n- two\n\n> said\n\n[more](https://example.org/?a=1&b=2)"
    )

    assert html == (
        "<h2>Night</h2>\n<p>It <em>flies</em>, <strong>blind</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">more</a></p>\n'
    )


def test_headings_begin_below_the_pages_own():
    assert [tag for tag, _ in seen_in(as_html("# a\n\n## b\n\n### c\n\n###### d")).tags] == ["h2", "h3", "h4", "h4"]


def test_raw_html_is_shown_as_it_was_typed():
    assert seen_in(as_html("<b>not bold</b>")).text.strip() == "<b>not bold</b>"


def test_a_text_of_the_limit_is_read_and_one_byte_more_is_refused():
    assert as_html("a" * MAX_BYTES)
    with pytest.raises(StoryTooLong):
        as_html("a" * (MAX_BYTES + 1))
    with pytest.raises(StoryTooLong):
        as_html("é" * (MAX_BYTES // 2 + 1))
