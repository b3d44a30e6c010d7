"""Rules that nothing of ours can use are not sent; every other one stays as it is and where it is."""

import re

import pytest
from django.conf import settings

from coopportal.common.finders import VENDOR_FILES, VendorFinder
from coopportal.common.trimming import trimmed, words_in

KERN = settings.BASE_DIR / "node_modules" / VENDOR_FILES["vendor/kern/kern.min.css"]


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p{a:b}.own{a:b}", "p{a:b}.own{a:b}"),
        (".kern-btn{a:b}.kern-grid{a:b}", ".kern-btn{a:b}"),
        (".kern-grid,.kern-btn:hover{a:b}", ".kern-grid,.kern-btn:hover{a:b}"),
        (".kern-grid .kern-btn{a:b}", ""),
        (".kern-btn:not(.kern-grid){a:b}", ".kern-btn:not(.kern-grid){a:b}"),
        (".kern-btn:is(.kern-grid,.kern-btn){a:b}", ".kern-btn:is(.kern-grid,.kern-btn){a:b}"),
        (".kern-icon--home{a:b}", ".kern-icon--home{a:b}"),
        ("@media (width>9px){.kern-grid{a:b}}", ""),
        ("@media (width>9px){.kern-grid{a:b}.kern-btn{c:d}}", "@media (width>9px){.kern-btn{c:d}}"),
        ("@keyframes kern-x{from{a:b}to{a:c}}", "@keyframes kern-x{from{a:b}to{a:c}}"),
        ('@charset "UTF-8";:root{--kern-a:"};{"}', '@charset "UTF-8";:root{--kern-a:"};{"}'),
        ('.kern-btn{mask:url("data:image/svg+xml,a;{}")}', '.kern-btn{mask:url("data:image/svg+xml,a;{}")}'),
    ],
)
def test_a_rule_stays_unless_each_of_its_selectors_asks_for_an_unused_class(css, left):
    assert trimmed(css, {"kern-btn", "kern-icon--"}) == left


def test_words_are_found_in_templates_and_code(tmp_path):
    (tmp_path / "a.html").write_text('<p class="kern-body kern-alert--{{ kind }}">')
    (tmp_path / "b.py").write_text('css = "kern-label__optional"')
    (tmp_path / "c.md").write_text("kern-grid")
    assert words_in([tmp_path]) == {"kern-body", "kern-alert--", "kern-label__optional"}


@pytest.mark.skipif(not KERN.is_file(), reason="KERN fehlt (npm ci)")
def test_the_design_system_comes_whole_for_those_who_use_all_of_it_and_small_for_us():
    whole = KERN.read_text(encoding="utf-8").strip()
    assert trimmed(whole, set(re.findall(r"kern-[A-Za-z0-9_-]+", whole))) == whole
    with VendorFinder().storage.open("vendor/kern/kern.min.css") as file:
        ours = file.read().decode()
    assert len(ours) < len(whole) / 2
    for name in ("kern-btn--primary", "kern-form-input__input", "kern-icon--search", "kern-alert--danger"):
        assert re.search(rf"\.{name}[,{{]", ours), name
    assert "kern-grid" not in ours
