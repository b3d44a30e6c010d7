"""Documents and what they say about the cooperations: something for two in five of them."""

from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.models import ContentType

from agreements.models import Cooperation
from benchmarks.generator.dice import Dice
from benchmarks.generator.writing import WRITTEN, Store
from coopportal.common.search import fold_all, titled
from sources.models import Citation, Passage, SourceDocument

#: Field of a cooperation → what the document says of it.
STATEMENTS = {
    "name": "Die Zusammenarbeit trägt diesen Namen.",
    "started_on": "Seit diesem Jahr arbeiten die Gemeinden zusammen.",
    "goal": "Ziel ist es, die Kosten zu senken und das Fachwissen zu bündeln.",
    "partners": "Beteiligt sind die Gemeinden des Kreises.",
    "benefit": "Die Gemeinden sparen gemeinsam ein Viertel der Kosten.",
}
KINDS = ("press_article", "press_release", "resolution", "agreement_text")
PER_DOCUMENT, SHARE = 4, 0.4


def write_sources(store: Store, dice: Dice, cooperations: list[int]) -> None:
    """One document for every four of the cooperations that have any; each told of at one to three places."""
    about = ContentType.objects.get_for_model(Cooperation).pk
    document, left, end = 0, 0, 0
    for cooperation in cooperations:
        if not dice.chance(SHARE):
            continue
        if not left:
            document, left, end = _document(store, dice), PER_DOCUMENT, 0
        left -= 1
        for field in dice.shuffled(list(STATEMENTS))[: 1 + dice.below(3)]:
            line = end // 80 + 1
            passage = store[Passage].add(document_id=document, line=line, start=end, end=end + 60)
            end += 100
            store[Citation].add(
                passage_id=passage,
                content_type_id=about,
                object_id=cooperation,
                field=field,
                stated_value=STATEMENTS[field],
                modality="asserted",
                confidence="explicit",
                search_text=fold_all([STATEMENTS[field]]),
            )
        store.flush()


def _document(store: Store, dice: Dice) -> int:
    number = store[SourceDocument].count + 1
    title, publisher = f"Gemeinden rücken zusammen ({number})", f"Kreisblatt {number % 60 + 1}"
    return store[SourceDocument].add(
        slug=f"quelle-{number}",
        title=title,
        publisher=publisher,
        kind=dice.among(KINDS),
        published_on=dice.day(dt.date(2010, 1, 1), WRITTEN.date()),
        length=4_000,
        search_text=titled([title], [publisher]),
    )
