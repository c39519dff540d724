"""Header, paragraphs, captions, credits and signature in the text of a dispatch."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from qa.blocks import TITLE_LENGTH, derive_title, lay_out, sentence_ends
from qa.factory import SEEDS

Found = list[tuple[int, str, str]]


def found(body: str) -> Found:
    """Ordinal, first letter of the kind, and text of each block."""
    return [(b.ordinal, b.kind[0], body[b.start : b.end]) for b in lay_out(body).blocks]


def title(body: str) -> str:
    return derive_title(body, lay_out(body))


def sentences(text: str) -> list[str]:
    bounds = [0, *sentence_ends(text), len(text)]
    return [text[a:b].strip() for a, b in pairwise(bounds)]


@pytest.mark.parametrize(
    ("name", "date", "heading", "ordinals", "captions", "ending"),
    [
        (
            "000_76e27e3d561b4175.txt",
            "2025-03",
            "L'ambassadeur Vu Lê Thai Hoàng, représentant permanent du Vietnam"
            " auprès des Nations unies et des organisations…",
            list(range(8)),
            {0: "auprès des Nations unies."},
            "et les infractions connexes.",
        ),
        (
            "001_98a8ff821195ca4d.txt",
            "2025-05",
            "Le Vietnam à la 34e session de la Commission pour la prévention du crime et la justice pénale",
            list(range(10)),
            {0: "et la justice pénale.", 7: "(AIEA)"},
            "normes de sûreté les plus strictes.",
        ),
    ],
)
def test_the_seeds(
    name: str, date: str, heading: str, ordinals: list[int], captions: dict[int, str], ending: str
) -> None:
    body = (SEEDS / name).read_text(encoding="utf-8")
    blocks = found(body)
    assert str(lay_out(body).published) == date
    assert title(body) == heading
    assert [ordinal for ordinal, _, _ in blocks] == ordinals
    assert {o: t[-len(captions[o]) :] for o, kind, t in blocks if kind == "c"} == captions
    assert blocks[-1][2].endswith(ending)
    assert not any("Photo" in text or "VNA" in text for _, _, text in blocks)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("date 2025 Titre", "2025"),
        ("date 2025-05 Titre", "2025-05"),
        (" date 2025-05-19 Titre", "2025-05-19"),
        ("date 2025-05-19T08:30 Titre", "2025-05-19T08:30"),
        ("DATE\xa02025-05-19 08:30\tTitre", "2025-05-19T08:30"),
        ("\n \n  date 2025-05 Titre", "2025-05"),
        ("\ufeffdate 2025-05 Titre", "2025-05"),
        ("\ufeff date 2025-05   Titre  ", "2025-05"),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n \t\n\xa0\n"])
def test_a_header_gives_date_and_title_and_is_block_zero(line: str, date: str, gap: str) -> None:
    body = f"{line}{gap}Le corps."
    assert str(lay_out(body).published) == date
    assert found(body) == [(0, "p", "Titre"), (1, "p", "Le corps.")]
    assert title(body) == "Titre"


@pytest.mark.parametrize(
    "line",
    ["date 20255 Titre", "date 2025-5 Titre", "date 2025-05-1 Titre", "date 2025-13 Titre",
     "date 2025-02-30 Titre", "date Titre", "update 2025-05 Titre", "date\n2025-05 Titre",
     "La date 2025-05 Titre", "Titre"],
)  # fmt: skip
def test_without_a_date_that_exists_there_is_no_header_and_nothing_is_lost(line: str) -> None:
    body = f"{line}\n\nLe corps."
    assert lay_out(body).published is None
    assert found(body) == [(1, "p", line), (2, "p", "Le corps.")]


@pytest.mark.parametrize("gap", ["\n", "\n\n", " \n\n\n"])
def test_a_date_alone_in_the_header_leaves_block_zero_out(gap: str) -> None:
    body = f"date 2025-05{gap}Le corps."
    assert found(body) == [(1, "p", "Le corps.")]
    assert title(body) == "Le corps"


@pytest.mark.parametrize(
    "body",
    ["", " \n\t\n\xa0", "\ufeff", "date 2025-05", "date 2025-05 \n\n", "Photo : ND",
     "(Photo : VNA/CVN)", "© AFP", "date 2025-05 Photo: ND", "- VNA/VI", "...\n\n—\n\n***"],
)  # fmt: skip
def test_no_text_no_block(body: str) -> None:
    assert found(body) == []
    assert title(body) == ""


@pytest.mark.parametrize(
    "credit",
    [" Photo: ND", " Photo : Mofa", "Photo : Mofa", " (Photo : VNA/CVN)", "\nPhoto : VNA",
     " © AFP", " (© AFP)", " (photo: Reuters)", ". photo : AFP", " Crédit photo : AFP",
     " Crédits photos : AFP", " (crédit photo : AFP)", " Source photo : VNA", " PHOTO : AFP",
     " Photo : AFP.", " (Photo : AFP).", " Photo : J. Dupont/AFP", " Photo : Nguyen Van A.",
     " Photo: baoquocte.vn", " Photo : VNA (archives)", " Photo\xa0: VNA", " Photos : VNA",
     " Photo d’illustration : VNA", " Infographie : VNA", " © 2025 AFP", " Photo : VNA   "],
)  # fmt: skip
def test_a_credit_makes_a_caption_and_stays_outside_of_it(credit: str) -> None:
    body = f"Hang et Grossi, directeur de l’Agence (AIEA){credit}\n\nLe corps."
    first, second = found(body)
    assert first[:2] == (1, "c")
    assert first[2].rstrip(".") == "Hang et Grossi, directeur de l’Agence (AIEA)"
    assert second == (2, "p", "Le corps.")


@pytest.mark.parametrize(
    "text",
    [
        "Le Vietnam (Photo : VNA/CVN). Il a dit oui.",
        "Le Vietnam (Photo : VNA) a dit oui.",
        "Photo : VNA. Le ministre a dit oui.",
        "© AFP. Le ministre a dit oui.",
        "Sur la photo : le président Luong Cuong.",
        "Un téléphoto : Mofa",
        "Photo AFP",
        "La photo montre le ministre",
        "Sur cette photo : le ministre : il sourit",
        f"Photo : {'un très long texte ' * 5}",
    ],
)
def test_text_that_only_looks_like_a_credit_stays(text: str) -> None:
    assert found(f"{text}\n\nLe corps.")[0] == (1, "p", text.strip())


def test_a_credit_line_divides_a_block() -> None:
    body = "Légende. Photo : VNA\nLe texte suit.\nEncore.\nAutre légende © AFP\n\nFin."
    assert found(body) == [
        (1, "c", "Légende."),
        (2, "c", "Le texte suit.\nEncore.\nAutre légende"),
        (3, "p", "Fin."),
    ]


def test_a_long_paragraph_that_ends_in_a_credit_is_no_caption() -> None:
    text = "Le ministre a parlé. " * 30
    assert found(f"{text}Photo : VNA\n\nFin.")[0] == (1, "p", text.strip())


@pytest.mark.parametrize(
    "signature",
    ["- VNA/VI", ".- VNA/VI", ".-VNA/VI", ". – AFP", " (AFP)", "\n- VNA", "\n\n- VNA/VI",
     "\n\nVNA/VI", "\n\n(AFP)", ".- VNA/CVN/VI \n\n", " » – AFP.", ".—VNA-VI\n"],
)  # fmt: skip
def test_the_signature_is_left_outside_the_last_block(signature: str) -> None:
    blocks = found(f"Le corps.\n\nC’est la fin.{signature}")
    assert len(blocks) == 2
    assert blocks[1][2].rstrip(" .»") == "C’est la fin"


@pytest.mark.parametrize(
    "text",
    ["Il dirige l’agence (AIEA)", "Il dirige l’agence (AIEA).", "Il a répondu OUI", "Le TGV Paris-LYON",
     "Le corps.- VNA/VI puis la suite", "La fin.- vna", "Elle vit à Hanoï - Vietnam"],
)  # fmt: skip
def test_capitals_that_end_a_sentence_are_no_signature(text: str) -> None:
    assert found(f"Le corps.\n\n{text}")[1] == (2, "p", text)


def test_a_signature_before_the_last_block_stays() -> None:
    assert found("Le corps (AFP).- VNA/VI\n\nFin.")[0] == (1, "p", "Le corps (AFP).- VNA/VI")


def test_blank_lines_of_any_blanks_divide_and_single_line_feeds_do_not() -> None:
    body = "Un\nune\n\n\n\n\nDeux\n \t \nTrois\n\xa0\nQuatre\n\u202f\n\tCinq"
    texts = ["Un\nune", "Deux", "Trois", "Quatre", "Cinq"]
    assert found(body) == [(n, "p", text) for n, text in enumerate(texts, start=1)]


def test_blanks_at_the_edges_belong_to_no_block_and_those_inside_stay() -> None:
    assert found("\xa0\tLe\tprix\u202f: 1\xa0000 \u2009\n\n Fin.\f") == [
        (1, "p", "Le\tprix\u202f: 1\xa0000"),
        (2, "p", "Fin."),
    ]


@pytest.mark.parametrize("blanks", [" " * 8000, "\t" * 8000, "\n" * 8000, "\n " * 4000, "\xa0" * 8000])
def test_thousands_of_blanks_cost_no_more_than_other_text(blanks: str) -> None:
    # A pattern that began with blanks needed minutes here: quadratic, then once more.
    assert "".join(text for _, _, text in found(f"Un.{blanks}Deux"))[:3] == "Un."


def test_blocks_of_any_text_are_ordered_stripped_and_disjoint() -> None:
    chance = random.Random(2)
    parts = ["date 2025-05", "Le", "mot", "M. X", "(AIEA)", "Photo : ND", "© AFP", "- VNA/VI", "…",
             "«\xa0oui\xa0»", ".", "\n", "\n\n", " \n\t\n", "\xa0", "\ufeff", "12,5", "\u202f", "Photo",
             ": ", "(", "\r"]  # fmt: skip
    for _ in range(400):
        body = "".join(chance.choice(parts) + chance.choice(["", " "]) for _ in range(chance.randint(0, 25)))
        layout = lay_out(body)
        at, ordinal = 0, -1
        for block in layout.blocks:
            text = body[block.start : block.end]
            assert at <= block.start < block.end <= len(body)
            assert text == text.strip()
            assert ordinal < block.ordinal
            at, ordinal = block.end, block.ordinal
        assert len(derive_title(body, layout)) <= TITLE_LENGTH


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Un. Deux ! Trois ? Quatre… Cinq.", ["Un.", "Deux !", "Trois ?", "Quatre…", "Cinq."]),
        ("M. Dupont et Mme. Hang sont là. Ils parlent.", ["M. Dupont et Mme. Hang sont là.", "Ils parlent."]),
        ("MM. Le et Vu, Mlle. X, Dr. Y, J. Z.", ["MM. Le et Vu, Mlle. X, Dr. Y, J. Z."]),
        ("Voir art. 5 et p. 12, cf. Annexe. Fin.", ["Voir art. 5 et p. 12, cf. Annexe.", "Fin."]),
        ("Il vaut 3.5 ou 3,5 ou 1.000. Elle non.", ["Il vaut 3.5 ou 3,5 ou 1.000.", "Elle non."]),
        ("L’O.N.U. Elle siège.", ["L’O.N.U. Elle siège."]),
        ("Il dit oui. il dit non.", ["Il dit oui. il dit non."]),
        ("C’est dit. 12 pays. À Hanoï. Œuvre.", ["C’est dit.", "12 pays.", "À Hanoï.", "Œuvre."]),
        ("«\xa0Oui.\xa0» Il sort.", ["«\xa0Oui.\xa0»", "Il sort."]),
        ("“Oui.” Il sort. \"Non.\" Fin.", ["“Oui.”", "Il sort.", "\"Non.\"", "Fin."]),
        ("Il sort. «\u202fNon\u202f», dit-il.", ["Il sort.", "«\u202fNon\u202f», dit-il."]),
        ("Il sort.\nElle entre.\xa0Fin.", ["Il sort.", "Elle entre.", "Fin."]),
        ("(Il sort.) Elle entre. (Fin.)", ["(Il sort.)", "Elle entre.", "(Fin.)"]),
        ("Sans fin", ["Sans fin"]),
        ("", [""]),
    ],
)  # fmt: skip
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("Un titre court.", "Un titre court"),
        ("Un titre\n  sur deux lignes", "Un titre sur deux lignes"),
        ("Et puis...", "Et puis..."),
        ("M. Dupont est venu. " + "Il a parlé. " * 20, "M. Dupont est venu"),
        ("mot " * 60, ("mot " * 30).strip() + "…"),
        ("abcdefghi, " * 20, "abcdefghi, " * 9 + "abcdefghi…"),
        ("x" * 10_000, "x" * 119 + "…"),
    ],
)
def test_title_is_the_first_block_or_its_first_sentence_cut_at_a_word(first: str, expected: str) -> None:
    assert title(f"{first}\n\nLe corps.") == expected
    assert len(expected) <= TITLE_LENGTH
