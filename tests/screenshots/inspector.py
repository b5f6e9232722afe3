"""What a look at the picture would find wrong, found without looking: each check names the faults of a page as sentences."""

from itertools import combinations

# Where words of the page run out of their box and are cut off, and what stands still before more than half of the screen.
_CLIPPED = """() => {
  const out = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest('option, script, style, noscript, template, .sr')) continue;
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    if (words.width === 0) continue;
    for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box), edge = box.getBoundingClientRect();
      if (edge.width <= 2 || edge.height <= 2 || style.position === 'fixed') break;  // for ears alone
      const cuts = style.overflowX === 'hidden' || style.overflowX === 'clip' || box.matches('.button, .buy');
      if (cuts && (words.right > edge.right + 2 || words.left < edge.left - 2
                   || words.bottom > edge.bottom + 4 || words.top < edge.top - 4)) {
        out.add(`cuts off “${node.data.trim().slice(0, 40)}” in ${box.outerHTML.slice(0, 80)}`);
      }
    }
  }
  return [...out];
}"""
_IN_THE_WAY = """() => {
  const still = [...document.body.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return ['fixed', 'sticky'].includes(style.position) && style.visibility === 'visible'
      && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  });
  const high = still.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0);
  return high > innerHeight / 2
    ? [`${Math.round(high)} of ${innerHeight} px stand still: ${still.map(one => one.outerHTML.slice(0, 60)).join('; ')}`]
    : [];
}"""
# On paper a page keeps its heading and its picture; only what is pressed is left out.
_HEADLESS = """() => [...document.querySelectorAll('main h1, main .frame')]
  .filter(one => !one.checkVisibility()).map(one => `leaves out ${one.outerHTML.slice(0, 80)} on paper`)"""
# Where the keyboard is: a line of 2 px or more around it, and nothing that stands still before all of it.
_UNSEEN_FOCUS = """() => {
  const out = [], can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  for (const one of [...document.querySelectorAll(can)].filter(one => one.checkVisibility()).slice(0, 120)) {
    one.focus({ focusVisible: true });
    if (document.activeElement !== one) continue;
    const marks = [one, ...one.querySelectorAll('*'), one.closest('label') ?? one].map(part => getComputedStyle(part));
    const drawn = one instanceof SVGElement && marks.some(style => style.stroke !== 'none');
    const seen = drawn || marks.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    if (!seen) out.push(`does not show the focus of ${one.outerHTML.slice(0, 100)}`);
    const box = one.getBoundingClientRect();
    const above = document.elementFromPoint(box.left + Math.min(box.width / 2, 20), box.top + box.height / 2);
    const bar = above?.closest('.bar');
    if (bar && !bar.contains(one)) out.push(`hides ${one.outerHTML.slice(0, 100)} behind the bar when it has the focus`);
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
  return out;
}"""
_KINDS = ("", "held", "free", "withheld", "void")
_MARKS = """kinds => {  // a page allows no style attributes, but scripts of ours may set styles
  const row = document.createElement('p');
  row.id = 'marks';
  row.style.cssText = 'position:fixed;inset:0 auto auto 0;z-index:99;margin:0;padding:8px;background:Canvas;display:flex';
  for (const kind of kinds) {
    const room = row.appendChild(document.createElement('span'));
    room.style.cssText = 'flex:none;width:24px;height:24px';
    room.appendChild(document.createElement('i')).className = `dot ${kind}`;
  }
  document.body.append(row);
}"""


def look_over(page, view):
    """The faults of this page in this view."""
    if view == "print":
        return page.evaluate(_HEADLESS)
    found = [*page.evaluate(_CLIPPED), *page.evaluate(_IN_THE_WAY)]
    if view in ("phone", "contrast", "zoom"):
        found += page.evaluate(_UNSEEN_FOCUS)
    if view == "contrast":
        found += _alike(page)
    return found


def _alike(page):
    """Marks of different states that look the same where the system chooses the colours."""
    page.evaluate(_MARKS, _KINDS)
    shots = {
        kind: page.screenshot(clip={"x": 8 + 24 * place, "y": 8, "width": 24, "height": 24})
        for place, kind in enumerate(_KINDS)
    }
    page.evaluate("document.getElementById('marks').remove()")
    pairs = combinations(_KINDS, 2)
    return [f"shows “{one or 'sold'}” and “{other}” alike" for one, other in pairs if shots[one] == shots[other]]
