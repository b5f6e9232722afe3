"""Stories: Markdown as artists write it, and the HTML that may stand on a page.

Raw HTML is text here, and whatever Markdown makes passes a list of allowed tags afterwards. What the studio shows as a
preview and what visitors read is this one function's answer.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

MAX_BYTES = 20_000
MAX_HTML_BYTES = 200_000
_TAGS = {"p", "br", "hr", "em", "strong", "a", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "code", "pre"}
_SCHEMES = {"http", "https", "mailto"}


class StoryTooLong(Exception):
    """The text, or what would become of it, is more than a page can carry."""


@lru_cache(maxsize=64)  # a rush reads the same few stories; 64 of them are at most 13 MB
def as_html(text: str) -> str:
    """Safe HTML for a story, a statement or a step. Raises StoryTooLong."""
    if len(text.encode()) > MAX_BYTES:
        raise StoryTooLong(len(text.encode()))
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    if len(html.encode()) > MAX_HTML_BYTES:
        raise StoryTooLong(len(html.encode()))
    return html


def _lower_headings(state: StateCore) -> None:
    """A page has one h1, and it is the work's title: a story's headings begin at h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"


def _prepared() -> MarkdownIt:
    # CommonMark without pictures (they come through the upload, with words) and without tables (a small one grows huge).
    markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
    markdown.core.ruler.push("lower_headings", _lower_headings)
    return markdown


_MARKDOWN = _prepared()
