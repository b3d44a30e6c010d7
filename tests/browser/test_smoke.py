"""The browser, its watch and axe work at all: tried on the admin and on made-up pages."""

import pytest

from tests.browser.conftest import becomes, expect, looks

SOUND = '<!doctype html><html lang="de"><title>Probe</title><main><h1>Probe</h1></main></html>'


def test_the_way_into_the_admin_is_the_log_in_of_the_portal(page, live_server):
    page.goto(f"{live_server.url}/admin/login/")
    expect(page).to_have_title("Anmelden – Kooperationsportal")


def test_the_watch_sees_an_inline_script(page, live_server, watch):
    page.goto(f"{live_server.url}/health/live")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"1\">')")
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'b{}'}))")
    becomes(page, lambda: any(fault.startswith("CSP: style-src-elem: inline") for fault in watch.faults), True)
    becomes(page, lambda: any(fault.startswith("CSP: script-src-attr: inline") for fault in watch.faults), True)
    watch.allow("")  # whatever else the browser has to say about it


def test_the_watch_sees_a_request_to_another_host(page, live_server, watch):
    page.goto(f"{live_server.url}/health/live")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://foreign.example/i.png'}))")
    becomes(page, lambda: any("foreign.example" in fault for fault in watch.faults), True)
    watch.allow("")  # whatever else the browser has to say about it


def test_axe_lets_a_sound_page_through_and_finds_a_picture_without_text(page, live_server, axe):
    page.goto(f"{live_server.url}/health/live")
    page.set_content(SOUND)
    axe(page)
    page.evaluate("document.querySelector('main').append(new Image())")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_the_three_looks(page, live_server):
    page.goto(f"{live_server.url}/health/live")
    seen = {
        look: page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") for look in looks(page)
    }
    assert seen == {"light": [1280, False], "dark": [1280, True], "phone": [375, False]}
