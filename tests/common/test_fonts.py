"""The cut fonts hold every sign that the pages write."""

from __future__ import annotations

import io
import re

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from coopportal.common.finders import VENDOR_FILES
from coopportal.common.fonts import LETTERS, cut
from tests.conftest import ROOT, unavailable

FONTS = [source for name, source in VENDOR_FILES.items() if name.endswith(".woff2")]


@pytest.mark.parametrize("source", FONTS)
def test_a_cut_font_is_light_and_holds_our_letters(source):
    path = settings.BASE_DIR / "node_modules" / source
    if not path.exists():
        unavailable("die Oberflächen-Dateien fehlen (npm ci)")
    content = cut(path)
    assert len(content) < 30_000
    letters = TTFont(io.BytesIO(content)).getBestCmap()
    assert {letter for letter in "AzÄöüßéłŠżěŇØ„“–…€§→−·0" if ord(letter) not in letters} == set()


def test_every_sign_of_the_pages_is_among_them():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    signs = set(re.findall(r"[^\x00-\x7f]", "".join(texts)))
    assert {sign for sign in signs if ord(sign) not in LETTERS} == set()
