"""How a page has to look: accessible by axe-core, without sideways scroll, cut text, overlaps or small targets."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
WIDE, MIDDLE, NARROW = (1440, 900), (1024, 768), (390, 844)

# Text that is wider than its box or hidden by it; ellipses and scrolling boxes are meant. Select boxes cut their own text.
CUT = """() => [...document.querySelectorAll('h1,h2,h3,p,li,dt,dd,label,button,a,summary,th,td,span')].filter(e => {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('.hidden, .map, .search-list, .skip, .choice-now, svg')) return false;
    const style = getComputedStyle(e);
    return ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1;
}).map(e => e.outerHTML.slice(0, 120))"""

OVERLAPS = """() => {
    const parts = ['#search-text', '.tools', '#legend', '#panel', '#drawer', '#choices', '.head', '#notice', '#act', '#drawing',
        '#drawing-help', '.maplibregl-ctrl-bottom-right'];
    const found = parts
        .map(name => [name, document.querySelector(name)])
        .filter(([, e]) => e && e.checkVisibility())
        .map(([name, e]) => [name, e.getBoundingClientRect()])
        .filter(([, b]) => b.width > 0 && b.height > 0);
    const over = [];
    found.forEach(([a, p], i) => found.slice(i + 1).forEach(([b, q]) => {
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), tall = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 1 && tall > 1) over.push(`${a} over ${b}`);
    }));
    return over;
}"""

# WCAG 2.2, 2.5.8: links within a sentence and MapLibre's attribution are exempt.
SMALL = """() => [...document.querySelectorAll('button,a[href],select,input,summary')].filter(e => {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.matches('.skip') || e.closest('p, .maplibregl-ctrl-attrib')) return false;
    const target = e.matches('input[type=radio],input[type=checkbox]') ? e.closest('label') : e;
    const box = target.getBoundingClientRect();
    return box.width > 0 && (box.width < 24 || box.height < 24);
}).map(e => `${e.outerHTML.slice(0, 90)} ${e.getBoundingClientRect().width}x${e.getBoundingClientRect().height}`)"""


def check(page: Page) -> None:
    """Axe, horizontal scroll, cut text, overlaps and small targets of the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    serious = [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]} {rule['nodes'][0]['failureSummary'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALL) == []
