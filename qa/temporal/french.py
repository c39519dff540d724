"""The time expressions of French press text."""

from __future__ import annotations

import re

from qa.temporal import resolving as to
from qa.temporal.rules import Grammar, Kind, Lexicon, Resolver, Rule, before, compiled, no_date

_DIGITS = "deux trois quatre cinq six sept huit neuf".split()
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_COMPOUND = {f"{ten} et un": n + 1 for ten, n in _TENS.items()} | {
    f"{ten}-{digit}": n + d for ten, n in _TENS.items() for d, digit in enumerate(_DIGITS, start=2)
}

LEXICON = Lexicon(
    months={
        name: number
        for number, names in enumerate(
            (
                "janvier janv", "février fevrier févr", "mars", "avril avr", "mai", "juin", "juillet juil",
                "août aout", "septembre sept", "octobre oct", "novembre nov", "décembre decembre déc dec",
            ),
            start=1,
        )
        for name in names.split()
    },
    weekdays={
        name: n for n, name in enumerate("lundi mardi mercredi jeudi vendredi samedi dimanche".split())
    },
    numbers={
        name: number
        for number, name in enumerate(
            "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
            " dix-huit dix-neuf vingt".split(),
            start=1,
        )
    }
    | {
        "une": 1, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100, "une dizaine": 10,
        "une quinzaine": 15, "une vingtaine": 20, "une trentaine": 30, "une cinquantaine": 50, "une centaine": 100,
    }
    | _COMPOUND,
    ordinals={
        "premier": 1, "1er": 1, "deuxième": 2, "second": 2, "2e": 2, "2ème": 2, "troisième": 3, "3e": 3, "3ème": 3,
        "quatrième": 4, "4e": 4, "4ème": 4, "dernier": 0, "première": 1, "1re": 1, "1ère": 1, "seconde": 2,
        "dernière": 0,
    },
    units={
        "jour": "day", "jours": "day", "semaine": "week", "semaines": "week", "mois": "month", "an": "year",
        "ans": "year", "année": "year", "années": "year",
    },
    seasons={"printemps": (3, 5), "été": (6, 8), "automne": (9, 11), "hiver": (0, 2)},
    days_away={"avant-hier": -2, "hier": -1, "demain": 1, "après-demain": 2},
    days_after={
        "avant-veille": -2, "veille": -1, "veille au soir": -1, "même jour": 0, "jour même": 0, "lendemain": 1,
        "surlendemain": 2,
    },
    sides={"derni": -1, "pass": -1, "précéd": -1, "prochain": 1},
    parts={"d": "start", "mi": "middle", "f": "end"},
)  # fmt: skip

_D = r"(?:1er|premier|[12]\d|3[01]|0?[1-9])"
_SHORT = "janv févr avr juil sept oct nov déc dec".split()
_M = "(?:" + "|".join(m for m in sorted(LEXICON.months, key=len, reverse=True) if m not in _SHORT)
_M += "|(?:" + "|".join(_SHORT) + r")\.?)"
_W = "(?:" + "|".join(LEXICON.weekdays) + ")"
_Y = r"(?:1\d{3}|20\d\d|21\d\d)"
_N = r"(?:\d{1,4}|" + "|".join(sorted(LEXICON.numbers, key=len, reverse=True)) + ")"
_OF = r"(?: d['’]| de | )"
_U = r"(?:jours?|semaines?|mois|ans?|années?)"
_SIDE = r" (?P<side>derni(?:er|ère|ers|ères)|passée?|prochaine?|précédente?)"
_HOURS = r"(?:matin|midi|soir|après-midi|matinée|soirée|nuit|journée|mi-journée|aube)"
_PART = rf"(?: (?:matin|midi|soir|après-midi)| (?:dans|à|en|en (?:début|fin) d[e'’]) ?(?:la |l['’])?{_HOURS})"
_DURING = r"(?:au cours|dans|depuis|durant|lors|pendant|pour|sur|dès|d['’]ici|avant|après)"
# What these open is told by ``since`` and ``until``.
_OPENED = (
    r"(?:(?<=d['’]ici )|(?<=d['’]ici à )|(?<=avant )|(?<=jusqu['’]à )|(?<=depuis )|(?<=après )|(?<=dès )"
    r"|(?<=à partir de )|(?<=à compter de ))"
)
_MONTH_OF = r"(?:en |(?:au |du |le )?(?:cours du )?(?<!un )mois d(?:e |['’])|ce mois d(?:e |['’]))"
# "mars" is a planet and "sept" a number: these need a preposition, a day or a year.
_PLAIN = "(?:" + "|".join(m for m in LEXICON.months if len(m) > 4 and m != "avril") + "|avril|juin|août)"
_UNCOUNTED = (
    r"(?!(?:[.,]\d| \d{3}(?!\d)| ?(?:%|€|\$)| (?:euros?|dollars?|francs|personnes|habitants|morts|blessés|emplois|postes"
    r"|salariés|soldats|manifestants|places|fois|points|pages|heures|jours|ans|mètres|kilomètres|km|m|tonnes|hectares"
    r"|millions?|milliards?|signatures|cas|logements|enfants|femmes|hommes|élèves|euro)(?!\w)))"
)

DATES: tuple[tuple[str, Resolver], ...] = (
    # du 3 au 5 juin; entre le 28 décembre 2019 et le 3 janvier 2020
    (rf"(?:du|entre le|de|le) (?:{_W} )?(?P<d0>{_D})(?: (?P<m0>{_M}))?(?: (?P<y0>{_Y}))? (?:au|et le|et|à)"
     rf" (?:(?P<w>{_W}) )?(?P<d>{_D}) (?P<m>{_M})(?: (?P<y>{_Y}))?", to.days),
    # les 25 et 26 octobre 2025; samedi 4 et dimanche 5 juin; 3-5 juin
    (rf"(?:les |ces |des )?(?:{_W} )?(?P<d0>{_D})(?: (?P<m0>{_M}))?(?:, (?:{_W} )?{_D})*(?: et | ?[-–/] ?)(?:le )?"
     rf"(?:(?P<w>{_W}) )?(?P<d>{_D}) (?P<m>{_M})(?: (?P<y>{_Y}))?", to.days),
    # mercredi 19 mars; le 19 mai 2025; ce jeudi 4 juin au soir; le 3 octobre dernier; mardi (4 juin)
    (rf"(?:(?:le|ce|au) )?(?:(?P<w>{_W})(?:{_PART}|,)? \(?(?:le )?)?(?P<d>{_D}) (?P<m>{_M})"
     rf"(?:,? (?P<y>{_Y})|{_SIDE})?{_PART}?", to.day),
    (rf"(?P<y>{_Y})-(?P<m>0\d|1[0-2])-(?P<d>[0-2]\d|3[01])", to.day),
    (rf"(?:le )?(?P<d>0?[1-9]|[12]\d|3[01])[./](?P<m>0?[1-9]|1[0-2])[./](?P<y>{_Y})", to.day),
    # dans la nuit de samedi à dimanche; lundi et mardi
    (rf"(?:dans la nuit )?(?:de |du |des |entre )?(?:ce )?(?P<w0>{_W}){_PART}? (?:à|au|et(?: ce)?) (?P<w>{_W}){_PART}?",
     to.weekdays),
    # ce mardi; lundi dernier; vendredi soir
    (rf"(?<!ournal du )(?:(?:le|ce|au) )?(?P<w>{_W})(?:{_SIDE})?{_PART}?", to.one_weekday),
    (rf"(?P<near>avant-hier|hier|après-demain|demain){_PART}?", to.near_day),
    (r"aujourd['’]hui|ce (?:matin|midi|soir)|cet après-midi|cette (?:nuit|après-midi)|ce jour", to.today),
    (r"(?:à )?(?:l['’]|la |le )(?P<near>avant-veille|veille(?: au soir)?|même jour|jour même|surlendemain|lendemain)",
     to.after_another),
    # de mars à juin 2019; entre mars et juin; en mars et avril
    (rf"(?:de |d['’]|du mois de |entre )(?P<m0>{_M})(?: (?P<y0>{_Y}))? (?:à|et) (?P<m>{_M})(?: (?P<y>{_Y}))?", to.months),
    (rf"en (?P<m0>{_M})(?: et |-)(?:en )?(?P<m>{_M})(?: (?P<y>{_Y}))?", to.months),
    # dans la seconde quinzaine de juillet; la première semaine de juin prochain
    (rf"(?:(?:dans|durant|pendant) )?(?:la )?(?P<n>première|1re|1ère|deuxième|2e|seconde|troisième|3e|quatrième|4e|dernière)"
     r" (?P<unit>quinzaine|semaine)"
     rf" (?:du mois )?(?:de |d['’])(?P<m>{_M})(?: (?P<y>{_Y})|{_SIDE})?", to.days_of_month),
    # fin mai; mi-juin; à la fin du mois de mars 2020; courant octobre
    (rf"(?:(?:à la|en|au|dès le|dès la) )?(?P<part>début|debut|mi|milieu|courant|fin)(?:-| (?:du mois )?(?:de |d['’])?)"
     rf"(?P<m>{_M})(?: (?P<y>{_Y})|{_SIDE})?", to.part_of_month),
    # en octobre prochain; mars 2025; au mois de juin; septembre
    (rf"{_MONTH_OF}?(?P<m>{_M})(?: (?P<y>{_Y})|{_SIDE})", to.whole_month),
    (rf"{_MONTH_OF}(?P<m>{_M})", to.whole_month),
    (rf"(?:(?<=de )|(?<=jusqu['’]en )|{_OPENED})(?P<m>(?-i:mars|mai))(?! \d)", to.whole_month),
    (rf"(?<!un mois de )(?<!M\. )(?<!Mme )(?P<m>{_PLAIN})", to.whole_month),
    # l'été dernier; cet hiver; au printemps 2019
    (rf"(?:(?:à|pour|de|durant|pendant) )?(?:cet |ce |l['’]|au |le )?(?P<season>printemps|été|automne|hiver)"
     rf"(?: (?P<y>{_Y})(?:-(?P<y2>{_Y}))?|{_SIDE})", to.season),
    (rf"(?:cet |ce |à l['’]|au |en |(?:au cours de|dans|durant|lors de|pendant|pour|sur) (?:le |l['’])|{_OPENED}(?:le |l['’]))"
     r"(?P<season>printemps|été|automne|hiver)", to.season),
    # au premier semestre; au troisième trimestre 2019
    (rf"(?:(?:au|du|le|ce|dès le) )?(?P<n>{'|'.join(LEXICON.ordinals)}) (?P<unit>semestre|trimestre)"
     rf"(?: (?:de )?(?:l['’]année )?(?P<y>{_Y})| de l['’]an(?:née)?{_SIDE})?", to.fraction),
    # entre 2010 et 2014; 2018-2019; en 2015 et 2016
    (rf"(?:entre|de) (?P<y0>{_Y}) (?:et|à) (?P<y>{_Y})", to.years),
    (rf"(?:en )?(?P<y0>{_Y})[-–/](?P<y>{_Y}|\d\d)(?![-–/\d])", to.years),
    (rf"en (?P<y0>{_Y})(?: et |, {_Y} et )(?:en )?(?P<y>{_Y})", to.years),
    # fin 2024; à la mi-2019; au début de l'année 2020
    (rf"(?:(?:en|à la|au|dès|dès la|dès le) )?(?P<part>début|mi|milieu|courant|fin)(?:-| (?:de |d['’])?(?:l['’](?:année|an) )?)"
     rf"(?P<y>{_Y})", to.part_of_year),
    (r"(?:(?:dans|à la fin d|au début d|fin d|début d)(?:es| les|e les)? )?(?:les |des )?années[- ](?P<y>\d{4}|\d0)",
     to.decade),
    (r"(?:(?:à la fin |au début |au milieu )?(?:au |le |du ))?(?P<n>[IVX]+|\d{1,2})(?:e|è|ème|ᵉ) siècle", to.century),
    (r"(?:au |le |du )siècle (?P<side>dernier|passé)", to.century),
    (rf"(?:en |(?:en )?l['’]an |l['’]année )?(?P<y>{_Y}){_UNCOUNTED}", to.whole_year),
    # la semaine dernière; l'an prochain; cette année; ce mois-ci
    (rf"(?:(?:au cours de |durant |pendant )?(?:la |l['’]|le |du ))(?P<unit>semaine|mois|année|an){_SIDE}", to.unit_away),
    (r"(?:au cours de |dès |durant |pendant )?(?:cette (?=s|a)|ce (?=m))(?P<unit>semaine|année|mois)(?:-ci)?", to.unit_away),
    # la fin de l'année; à la fin du mois; en début de semaine
    (rf"(?:(?:à|vers|pour|dès|en|au) )?(?:la |le |l['’])?(?<!de )(?P<part>fin|début|milieu)"
     rf" (?:de (?:l['’]|la |cette )|du |de ce |d['’]|de )(?P<unit>semaine|mois|année|an)(?:{_SIDE}|-ci)?", to.part_of_unit),
    (rf"(?:ce|le|au|dès ce|tout le) week-end(?:{_SIDE})?", to.weekend),
    # il y a trois ans; voilà deux mois; dans dix jours
    (rf"il y a (?:(?:plus|moins|près) d(?:e |['’])|environ |à peine |tout juste |déjà )?(?P<n>{_N}){_OF}(?P<unit>{_U})", to.ago),
    (rf"voi(?:là|ci) (?P<n>{_N}){_OF}(?P<unit>{_U})", to.ago),
    (rf"(?:dans|d['’]ici(?: à)?|sous) (?P<n>{_N}){_OF}(?P<unit>{_U})", to.ahead),
    # ces trois dernières années; au cours des derniers mois
    (rf"(?:{_DURING} )?(?:des|ces|les) (?P<n>{_N}) (?P<side>derni(?:ers|ères)|prochaine?s) (?P<unit>{_U})", to.last_units),
)  # fmt: skip

_TIMES = r"(?:jours?|semaines?|mois|ans?|années?|heures?|minutes?|secondes?|siècles?|décennies?|nuits?|trimestres?)"
OTHERS: tuple[tuple[Kind, str], ...] = (
    ("frequency", rf"(?:chaque|tous les|toutes les) (?:{_N} )?(?:{_TIMES}|{_W}s?|week-ends?|soirs?|matins?|étés?|hivers?)"),
    ("frequency", rf"(?:{_N} fois )?par (?:jour|semaine|mois|an|heure)"),
    ("duration", rf"(?:(?:pendant|durant|en|pour|depuis|après|sur) )?(?:(?:plus|moins|près) d(?:e |['’])|environ |quelque |les )?"
     rf"(?P<n>{_N}|quelques|plusieurs){_OF}(?:(?:premi|derni)\w+ )?{_TIMES}(?: et demie?| de suite| consécuti\w+)?"),
)  # fmt: skip

GRAMMAR = Grammar(
    lexicon=LEXICON,
    rules=tuple(Rule("date", compiled(p), resolve) for p, resolve in DATES)
    + tuple(Rule(kind, compiled(p), no_date) for kind, p in OTHERS),
    since=before(r"(?:depuis|[àa] (?:partir|compter) d(?:[eu]|['’])|dès|après)(?: ?(?:le|la|l['’]))? ?"),
    until=before(
        r"(?:jusqu['’](?:à|au|en)?(?: moins)?(?: \d{1,2} ?h(?:eures?)?(?:\d\d)?)?|d['’]ici(?: à| au)?|avant"
        r"|au plus tard(?: en)?)(?: (?:le|la|l['’]))? ?"
    ),
    behind=before(r"depuis(?: (?:le|la|l['’]))? ?"),
    ahead=before(r"d['’]ici(?: à| au)?(?: (?:le|la|l['’]))? ?"),
    range_start=before(r"(?:entre|de|du|depuis|d(?=['’]))(?: ?(?:le|la|[dl]['’]))? ?"),
    range_middle=re.compile(r"\s(?:et(?:\s(?:le|la|l['’]))?|à|au|jusqu['’](?:à|au|en)?)\s?(?:l['’])?"),
    future=re.compile(
        r"\b(?:(?!opéra|caméra|extra|infra|front|affront|soutra)\w{2,}r(?:a|ont|ai)|doi(?:t|vent)|devrai(?:t|ent)|prévue?s?|va|vont"
        r"|attendue?s?|programmée?s?|prochaine?s?|compte(?:nt)?|pourrai(?:t|ent)|veut|veulent|entend(?:ent)?|espère(?:nt)?|à venir)\b"
        # What is put off is put off to a day that is still to come.
        r"|\b(?:renvoyée?s?|reportée?s?|repoussée?s?|ajournée?s?|décalée?s?|convoquée?s?|fixée?s?)(?: \w+)?(?= (?:au|aux|à|en|pour)\b)"
    ),
    past=re.compile(
        r"\b(?:a|ont|avons|est|sont|était|étaient|avait|avaient|avions|fut|furent|eut|eurent|avoir|être|été|\w{3,}(?:ait|aient|èrent|irent))\b"
    ),
)
