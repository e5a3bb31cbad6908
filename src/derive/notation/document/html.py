"""A derivation as one HTML file that needs no network: KaTeX and its fonts are inside."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

from derive.derivation import Code, Derivation, Prose, Table
from derive.notation.document import latex
from derive.notation.document.lines import grouped
from derive.notation.document.tables import cell
from derive.notation.style import LATEX

FONT = re.compile(r"src:url\(fonts/([\w-]+\.woff2)\) format\(\"woff2\"\)[^;}]*")

STYLE = """
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 17px/1.5 Georgia, serif; color: #1a1a1a; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem 1.2rem .2rem 0; }
th { border-bottom: 1px solid #999; } .display, pre { overflow-x: auto; overflow-y: hidden; margin: 1rem 0; }
.display { padding: .3rem 0; } table { display: block; overflow-x: auto; }
footer { margin-top: 3rem; color: #666; font-size: .85rem; }
@media (prefers-color-scheme: dark) { body { background: #16181b; color: #e6e6e6; } h2 { border-color: #444; } }
"""

SCRIPT = """
for (const e of document.querySelectorAll("[data-tex]"))
  katex.render(e.dataset.tex, e, { displayMode: e.className === "display", throwOnError: false });
"""


def document(page: Derivation, *, notation: str = "matrix", steps: str = "key") -> str:
    """The page as HTML."""
    body = "\n".join([f"<h1>{html.escape(page.title)}</h1>", *_sections(page, notation, steps), _footer(page)])
    head = f"<meta charset=utf-8><title>{html.escape(page.title)}</title><style>{_stylesheet()}{STYLE}</style>"
    scripts = f"<script>{_katex()}</script><script>{SCRIPT}</script>"
    return f"<!doctype html>\n<html lang=en><head>{head}</head>\n<body>\n{body}\n{scripts}\n</body></html>\n"


def _sections(page: Derivation, notation: str, steps: str) -> Iterator[str]:
    for section in page.sections:
        yield f"<h2>{html.escape(section.title)}</h2>"
        for group in grouped(section.blocks):
            if isinstance(group, list):
                yield _tex(latex.aligned(group, notation, steps), display=True)
            else:
                yield WRITERS[type(group)](group)


def _tex(text: str, *, display: bool = False) -> str:
    """A formula; its source is an attribute, so that nothing in it is read as HTML."""
    tag, kind = ("div", ' class="display"') if display else ("span", "")
    return f'<{tag}{kind} data-tex="{html.escape(text, quote=True)}"></{tag}>'


def _prose(block: Prose) -> str:
    return f"<p>{_words(block.text)}</p>"


def _words(text: str) -> str:
    parts = re.split(r"\$([^$]*)\$", text)
    return "".join(_tex(p) if n % 2 else html.escape(p) for n, p in enumerate(parts))


def _table(block: Table) -> str:
    head = "".join(f"<th>{_words(h)}</th>" for h in block.header)
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in block.rows)
    return f"<table><tr>{head}</tr>\n{rows}</table>"


def _cell(value: object) -> str:
    text, maths = cell(value, LATEX)
    return f"<td>{_tex(text) if maths else _words(text)}</td>"


def _code(block: Code) -> str:
    return f"<pre><code>{html.escape(block.text)}</code></pre>"


WRITERS: dict[type, Callable[..., str]] = {Prose: _prose, Table: _table, Code: _code}


def _footer(page: Derivation) -> str:
    c = page.certificate
    if c is None or not c.checked:
        return "<footer>Not verified.</footer>"
    return (
        f"<footer>Verified: {c.proved} steps proved, {c.confirmed} confirmed; "
        f"{c.compared} derivatives agree with {c.engine}.</footer>"
    )


def _katex() -> str:
    return (files("derive.notation.document") / "katex" / "katex.min.js").read_text(encoding="utf-8")


@lru_cache(1)
def _stylesheet() -> str:
    """KaTeX's style sheet with the fonts in it."""
    folder = files("derive.notation.document") / "katex"

    def inlined(match: re.Match[str]) -> str:
        data = base64.b64encode((folder / "fonts" / match[1]).read_bytes()).decode("ascii")
        return f'src:url(data:font/woff2;base64,{data}) format("woff2")'

    return FONT.sub(inlined, (folder / "katex.min.css").read_text(encoding="utf-8"))
