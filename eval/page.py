"""A Markdown report as one HTML page that needs nothing beside it: pictures inside, no script, no font."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping

from markdown_it import MarkdownIt

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; }}
th, td {{ padding: .25rem .75rem; border-bottom: 1px solid #8886; text-align: left; }}
td:not(:first-child) {{ font-variant-numeric: tabular-nums; }}
blockquote {{ margin: .5rem 0; padding: .25rem 1rem; border-left: 3px solid #8886; }}
img {{ width: 100%; max-width: 30rem; background: #fff; }}
</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""
_SOURCE = re.compile(r'(?<=<img src=")[^"]+')


def as_page(markdown: str, title: str, lang: str, pictures: Mapping[str, str]) -> str:
    """Return the page; images named in ``pictures`` (SVG text by file name) become part of it."""
    # Raw HTML stays text: questions and passages come from files.
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)

    def inside(found: re.Match[str]) -> str:
        svg = pictures.get(found[0])
        # A data address and not the SVG itself, whose ids would meet those of the other pictures.
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" if svg else found[0]

    return _PAGE.format(lang=lang, title=html.escape(title), body=_SOURCE.sub(inside, body))
