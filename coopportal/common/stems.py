"""German words without their endings, so that "Leitstellen" finds "Leitstelle" and "Feuerwehren" finds "Feuerwehr".

A tiny rule after the inflectional steps of Snowball's German stemmer (https://snowballstem.org/algorithms/german/stemmer.html),
not the whole of it: what is left is looked for *inside* words, where Snowball's further steps would find too much. So
``-er``, ``-ern`` and ``-em`` go from adjectives only ("Träger" must not find every "Vertrag"), nothing derived is cut
("Vereinbarung" stays), and at least five letters remain ("Minden" must not find "mindestens").
"""

import re

#: Fewer letters say too little to be looked for inside words.
LEAST = 5

#: Endings of adjectives by what they are made with: "öffentlich-er", "interkommunal-em", "gemeinsam-en".
_ADJECTIVE = re.compile(r"(?<=lich|isch)(?:e[mnrs]?)$|(?<=sam|bar|ell)(?:e[mnrs]?)$|(?<=ig|al|iv)(?:e[mnrs]?)$")
#: "Verhältniss-e": one s stays with the word.
_NISS = re.compile(r"(?<=nis)s(?:e[ns]?)$")
#: Plurals and cases of nouns; an s only behind letters behind which German adds one ("Verbund-s", not "Krei-s").
_NOUN = re.compile(r"(?:e[ns]?|(?<=[abdfghklmnort])s)$")


def stem(folded: str) -> str:
    """The folded word without its ending (of several words the last one's); unchanged where too little would remain."""
    *before, word = folded.rsplit(" ", 1)
    for ending in (_ADJECTIVE, _NISS, _NOUN):
        shorter = ending.sub("", word)
        if shorter != word:
            return " ".join([*before, shorter]) if len(shorter) >= LEAST else folded
    return folded
