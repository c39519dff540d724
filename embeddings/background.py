"""What an ordinary passage looks like to a question: the point from which similarity is measured.

Sentence encoders put all texts into a narrow cone (Ethayarajh 2019, "How Contextual are Contextualized
Word Representations?"), and questions in one language farther from French passages than in another:
with e5, the mean cosine of a question with unrelated French passages is 0.77 for French, 0.72 for
Vietnamese, 0.71 for English. A cosine means something only relative to that.
"""

from __future__ import annotations

from embeddings.types import Vectors

ORDINARY = (
    "Le conseil municipal a adopté le budget à l'unanimité mardi soir.",
    "Le fleuve prend sa source dans les montagnes et se jette dans la mer du Nord.",
    "L'équipe a remporté le championnat après une saison sans défaite.",
    "Né dans une famille modeste, il étudia la peinture avant de s'installer à Paris.",
    "Les chercheurs ont publié leurs résultats dans une revue scientifique.",
    "L'église fut construite au XIIe siècle et restaurée après la guerre.",
    "Le groupe a annoncé un chiffre d'affaires en hausse au premier trimestre.",
    "La plante fleurit au printemps et donne des fruits rouges en automne.",
    "Le film raconte l'histoire d'une jeune femme qui quitte son village.",
    "Les deux pays ont signé un accord de coopération dans le domaine de l'énergie.",
    "La bataille dura trois jours et fit plusieurs milliers de morts.",
    "Le ministre s'est dit confiant quant à l'issue des négociations.",
    "L'album s'est vendu à plus d'un million d'exemplaires dans le monde.",
    "La ville compte environ cinquante mille habitants et un port de pêche.",
    "Le tribunal a condamné l'accusé à deux ans de prison avec sursis.",
    "Ce logiciel permet de traiter de grandes quantités de données.",
)
"""Unremarkable French sentences on many subjects, for encoders without a background of their own."""


def relative(cosine: float, floor: float) -> float:
    """How far a cosine rises from ``floor`` (an unrelated passage: 0) to the same text (1)."""
    return (cosine - floor) / max(1e-6, 1 - floor)


def mean_vector(passages: Vectors) -> Vectors:
    """The background: the mean, not of unit length, of passage vectors (n, dimension) -> (dimension,)."""
    mean: Vectors = passages.mean(axis=0)
    return mean
