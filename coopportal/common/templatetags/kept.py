"""Parts of pages that are the same for everybody: rendered once per language, and kept by the process.

What stands between ``{% kept … %}`` and ``{% endkept %}`` sees nothing of its page but what the tag is given: neither
the person nor the request, no token, no message and no record. So what is kept can be nobody's own, and two pages that
give the same get the same::

    {% kept stand=stand section=request.path|section %}
      <nav>…</nav>
    {% endkept %}

Only for words, addresses and marks of the layout: what depends on records belongs to ``remembered``.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.core.signals import setting_changed
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: So many versions of one part are kept; then it begins anew.
MOST = 200

#: How often a setting was changed (by tests): addresses of static files and of pages may be others since.
_settings = [0]


def _changed_setting(**_told: Any) -> None:
    _settings[0] += 1


setting_changed.connect(_changed_setting)


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, given: dict[str, FilterExpression]) -> None:
        self.nodelist, self.given = nodelist, given
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        given = {name: value.resolve(context, ignore_failures=True) for name, value in self.given.items()}
        key = (get_language(), get_script_prefix(), get_urlconf(), _settings[0], *given.values())
        found = self.kept.get(key)
        if found is None:
            found = self.nodelist.render(context.new(given))
            if len(self.kept) >= MOST:
                self.kept.clear()
            self.kept[key] = found
        return found


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Renders its content with nothing but the values given by name, once for each language and each of these."""
    words = token.split_contents()[1:]
    given = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError("kept takes values by name only: {% kept stand=stand %}")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, given)


@register.filter
def section(path: str | None) -> str:
    """Where a page stands, as far as the main navigation says it: ``/netz/`` for that page, ``/netz/-`` below it."""
    if not path:
        return ""
    first, rest = path[1:].partition("/")[::2]
    return f"/{first}/-" if rest else path
