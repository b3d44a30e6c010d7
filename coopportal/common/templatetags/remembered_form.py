"""The filters of a list, rendered once for each question and kept until something is written.

What stands between ``{% remembered_form filterset %}`` and ``{% endremembered_form %}`` sees nothing of its page but
the FilterSet and ``stand``: neither the person nor the request. It is kept as ``remembered`` keeps numbers: under the
rows the question is about (their SQL, so what somebody may see), the version of all that can be read, the language,
and all that was asked of the fields. Paging is not among these: the second page has the filters of the first. Where
something is chosen, its name was read already: then it is kept only if the version was asked before that.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString

from coopportal.common.remembered import remembered

register = template.Library()

#: So many characters weigh as much as a remembered row of numbers.
_CHARACTERS = 200

#: Parameters that no filter shows.
_PAGING = ("page", "page_size")


def _weight(text: SafeString) -> int:
    return 1 + len(text) // _CHARACTERS


class FormNode(template.Node):
    def __init__(self, nodelist: NodeList, filterset: FilterExpression, line: int | None) -> None:
        self.nodelist, self.filterset, self.line = nodelist, filterset, line

    def render(self, context: template.Context) -> SafeString:
        asked = self.filterset.resolve(context)
        kind, paging = type(asked), [asked.page_name(name) for name in _PAGING]
        told = sorted((name, texts) for name, texts in asked.data.lists() if name not in paging)
        place = f"form {self.origin.name}:{self.line} {kind.__module__}.{kind.__qualname__}"

        def render() -> SafeString:
            given = {"filterset": asked, "stand": asked.asked_day}
            return self.nodelist.render(context.new(given))

        if told and not asked.is_of_version:  # what was chosen may have been read before the version was asked
            return render()
        rows = asked.queryset.order_by().values("pk")  # which rows these are, not how they are fetched
        return remembered(f"{place} {asked.today} {told}", rows, render, size=_weight, version=asked.version)


@register.tag
def remembered_form(parser: Parser, token: Token) -> FormNode:
    """The filters of one FilterSet of a page, given as the only argument."""
    _tag, filterset = token.split_contents()
    nodelist = parser.parse(("endremembered_form",))
    parser.delete_first_token()
    return FormNode(nodelist, parser.compile_filter(filterset), token.lineno)
