"""Cut the 250,000-piece vocabulary to the pieces that our languages use.

A piece is worth its expected use: word frequencies of each language (``wordfreq``, Speer 2022, CC
BY-SA) and, where given, running text, both segmented by the uncut tokenizer and weighted by how much
the product cares for the language. Single characters of the kept scripts stay whatever their use,
so a word that lost its pieces is spelt, not unknown.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

# French first, then the languages questions are promised in, the other UN languages, large European
# ones, and a little of what also asks about the world.
LANGUAGE_WEIGHTS: Mapping[str, float] = {
    "fr": 0.30, "en": 0.18, "vi": 0.10,
    "es": 0.06, "de": 0.06, "it": 0.05, "pt": 0.05, "ru": 0.05, "ar": 0.05, "zh": 0.04,
    "nl": 0.02, "pl": 0.02, "ro": 0.02, "tr": 0.02, "uk": 0.02, "cs": 0.01, "sv": 0.01, "el": 0.01,
    "hu": 0.01, "id": 0.01, "fa": 0.005, "ja": 0.005, "ko": 0.005, "he": 0.005, "ca": 0.01,
}  # fmt: skip
WORDS_A_LANGUAGE = 120_000
# Capitalised forms are other pieces; wordfreq folds case.
TITLE_SHARE = 0.25
_KEPT_CHARACTER_SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "GREEK", "HEBREW", "DIGIT", "HIRAGANA", "KATAKANA")


@dataclass(frozen=True, slots=True)
class CutVocabulary:
    """A shorter tokenizer.json and, for each of its ids, the row of the uncut embedding table."""

    tokenizer_json: str
    rows: NDArray[np.int64]


def language_counts(tokenizer: Tokenizer) -> dict[int, float]:
    """Expected uses of each piece, a million words spread over LANGUAGE_WEIGHTS."""
    from wordfreq import get_frequency_dict

    total: dict[int, float] = defaultdict(float)
    for language, weight in LANGUAGE_WEIGHTS.items():
        words = sorted(get_frequency_dict(language, wordlist="best").items(), key=lambda w: (-w[1], w[0]))
        words = words[:WORDS_A_LANGUAGE]
        mass = sum(f for _, f in words)
        for form, share in ((str.lower, 1 - TITLE_SHARE), (str.title, TITLE_SHARE)):
            encodings = tokenizer.encode_batch([form(w) for w, _ in words], add_special_tokens=False)
            for encoding, (_, frequency) in zip(encodings, words, strict=True):
                for piece in encoding.ids:
                    total[piece] += weight * share * frequency / mass * 1e6
    return total


def text_counts(tokenizer: Tokenizer, texts: Iterable[str], weight: float = 1.0) -> dict[int, float]:
    """Expected uses of each piece in running text, ``weight`` million pieces in all."""
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.ids)
    mass = max(1, sum(counts.values()))
    return {piece: n * weight * 1e6 / mass for piece, n in counts.items()}


def cut_vocabulary(tokenizer_json: str, counts: Mapping[int, float], size: int) -> CutVocabulary:
    """Keep the special pieces, the single characters of the kept scripts and the most used rest."""
    spec: dict[str, Any] = json.loads(tokenizer_json)
    vocab: list[list[Any]] = spec["model"]["vocab"]
    specials = {t["id"] for t in spec["added_tokens"]}
    kept = specials | {i for i, (piece, _) in enumerate(vocab) if _is_kept_character(piece)}
    by_use = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for piece, _use in by_use:
        if len(kept) >= size:
            break
        kept.add(piece)
    rows = np.array(sorted(kept), dtype=np.int64)
    return CutVocabulary(_renumber(spec, rows), rows)


def kept_rows(uncut_json: str, cut_json: str) -> NDArray[np.int64]:
    """The rows of the uncut table that a cut tokenizer keeps, in the order of its ids."""
    row = {piece: i for i, (piece, _) in enumerate(json.loads(uncut_json)["model"]["vocab"])}
    return np.array([row[piece] for piece, _ in json.loads(cut_json)["model"]["vocab"]], dtype=np.int64)


def _is_kept_character(piece: str) -> bool:
    char = piece.removeprefix("▁")
    if not char:
        return True
    if len(char) != 1:
        return False
    name = unicodedata.name(char, "")
    return char.isascii() or name.startswith(_KEPT_CHARACTER_SCRIPTS) or unicodedata.category(char)[0] in "PS"


def _renumber(spec: dict[str, Any], rows: NDArray[np.int64]) -> str:
    new_id = {int(row): i for i, row in enumerate(rows)}
    vocab = spec["model"]["vocab"]
    spec["model"]["vocab"] = [vocab[int(row)] for row in rows]
    for token in spec["added_tokens"]:
        token["id"] = new_id[token["id"]]
    for special in spec["post_processor"]["special_tokens"].values():
        special["ids"] = [new_id[i] for i in special["ids"]]
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
