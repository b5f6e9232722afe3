"""Going through a page without a mouse."""


def tab_to(page, selector):
    """Press Tab until the focus is there; at every stop it must be seen where it is."""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", f"main {selector}"):
            return
    message = f"no {selector} within forty presses of Tab"
    raise AssertionError(message)


_FOCUS_IS_SEEN = """() => {
  const at = document.activeElement;
  const marked = (node) => {
    const style = node && getComputedStyle(node);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = at.getBoundingClientRect();
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return at === document.body || ((marked(at) || marked(at.closest("label"))) && (at.contains(over) || over?.contains(at)));
}"""
