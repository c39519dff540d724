"""What users of an evaluation read when something is wrong, in French and in English.

The language is the one in use (``qa.messages.current``). A missing key is a programming error.
"""

from __future__ import annotations

from qa.messages import LANGUAGES, current

# key: (French, English)
TABLE: dict[str, tuple[str, str]] = {
    "gzip": ("archive gzip endommagée", "damaged gzip archive"),
    "encoding": ("n'est pas de l'UTF-8", "not UTF-8"),
    "syntax": ("JSON invalide, colonne {column} ({detail})", "invalid JSON, column {column} ({detail})"),
    "json": ("JSON invalide", "invalid JSON"),
    "format": (
        "ni SQuAD (« data » manque) ni une question JSON par ligne",
        "neither SQuAD (no “data”) nor one JSON question a line",
    ),
    "object": ("objet JSON attendu", "expected a JSON object"),
    "list": ("liste attendue", "expected a list"),
    "missing": ("« {key} » manque", "“{key}” is missing"),
    "not_list": ("« {key} » : liste attendue", "“{key}”: expected a list"),
    "not_text": ("« {key} » : texte attendu", "“{key}”: expected text"),
    "blank": ("« {key} » : texte vide", "“{key}”: empty text"),
    "character": ("« {key} » : caractère invalide", "“{key}”: invalid character"),
    "clash": (
        "identifiant « {id} » déjà employé, avec un autre contenu ({before})",
        "id “{id}” already used, with other content ({before})",
    ),
    "record": ("n'est pas le relevé d'une évaluation", "not the record of an evaluation"),
    "question": ("question « {id} » : {reason}", "question “{id}”: {reason}"),
}


def word(key: str, /, **values: object) -> str:
    """Return the wording under ``key`` in the current language."""
    return TABLE[key][LANGUAGES.index(current())].format(**values)
