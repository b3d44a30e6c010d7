"""What a browser says of itself, in a few words a person recognises: "Firefox unter Linux"."""

from __future__ import annotations

# The first that fits: Edge and Opera call themselves Chrome too, Chrome calls itself Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def describe(user_agent: str) -> str:
    """Browser and system by name, as far as they are known; an empty text where neither is."""
    browser = next(
        (name for sign, name in _BROWSERS.items() if f"{sign}/" in user_agent or f"{sign}A/" in user_agent), ""
    )
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return " · ".join(filter(None, (browser, system)))
