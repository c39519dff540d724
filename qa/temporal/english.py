"""The time expressions of English questions (and of dispatches in English)."""

from __future__ import annotations

import re

from qa.temporal import resolving as to
from qa.temporal.rules import Grammar, Kind, Lexicon, Resolver, Rule, before, compiled, no_date

LEXICON = Lexicon(
    months={
        name: number
        for number, names in enumerate(
            (
                "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
                "august aug", "september sept sep", "october oct", "november nov", "december dec",
            ),
            start=1,
        )
        for name in names.split()
    },
    weekdays={
        name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
    },
    numbers={
        name: number
        for number, name in enumerate(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
        )
    }
    | {"a": 1, "an": 1, "twenty": 20, "thirty": 30, "fifty": 50, "a few": 0, "several": 0},
    ordinals={"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 0},
    units={
        "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
        "year": "year", "years": "year",
    },
    seasons={"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (0, 2)},
    days_away={"the day before yesterday": -2, "yesterday": -1, "tomorrow": 1, "the day after tomorrow": 2},
    days_after={"the previous day": -1, "the day before": -1, "the same day": 0, "the next day": 1, "the following day": 1},
    sides={"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1},
    parts={"early": "start", "beginning": "start", "start": "start", "mid": "middle", "late": "end", "end": "end"},
)  # fmt: skip

_D = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
# "may" is a verb and "mar" a name: short ones need a day or a year beside them.
_M = "(?:" + "|".join(sorted(LEXICON.months, key=len, reverse=True)) + r")\.?"
_PLAIN = "(?:" + "|".join(m for m in LEXICON.months if len(m) > 4 and m != "march") + "|june|july)"
_W = "(?:" + "|".join(LEXICON.weekdays) + ")"
_Y = r"(?:1\d{3}|20\d\d|21\d\d)"
_N = r"(?:\d{1,4}|" + "|".join(sorted(LEXICON.numbers, key=len, reverse=True)) + ")"
_U = r"(?:days?|weeks?|months?|years?)"
_SIDE = r"(?P<side>last|past|previous|next|coming)"

DATES: tuple[tuple[str, Resolver], ...] = (
    # from 3 to 5 June 2025; 25 and 26 October; October 25-26, 2025
    (rf"(?:from |between |on )?(?:the )?(?P<d0>{_D})(?: (?P<m0>{_M}))?(?: and | to | ?[-–] ?)(?P<d>{_D})(?: of)? (?P<m>{_M})"
     rf"(?:,? (?P<y>{_Y}))?", to.days),
    (rf"(?:on |from |between )?(?P<m>{_M}) (?P<d0>{_D})(?: and | to | ?[-–] ?)(?P<d>{_D})(?:,? (?P<y>{_Y}))?", to.days),
    (rf"(?:on )?(?:(?P<w>{_W}),? )?(?:the )?(?P<d>{_D})(?: of)? (?P<m>{_M})(?:,? (?P<y>{_Y}))?", to.day),
    (rf"(?:on )?(?:(?P<w>{_W}),? )?(?P<m>{_M}) (?P<d>{_D})(?:,? (?P<y>{_Y}))?", to.day),
    (rf"(?P<y>{_Y})-(?P<m>0\d|1[0-2])-(?P<d>[0-2]\d|3[01])", to.day),
    (rf"(?:on |this )?(?:{_SIDE} )?(?P<w>{_W})", to.one_weekday),
    (r"(?P<near>the day before yesterday|yesterday|the day after tomorrow|tomorrow)", to.near_day),
    (r"today|tonight|this (?:morning|afternoon|evening)", to.today),
    (r"(?P<near>the (?:previous|same|next|following) day|the day before)", to.after_another),
    (rf"(?:from|between) (?P<m0>{_M})(?: (?P<y0>{_Y}))? (?:to|and) (?P<m>{_M})(?: (?P<y>{_Y}))?", to.months),
    (rf"(?:in )?(?:(?:the )?(?P<part>early|beginning of|start of|mid|late|end of))[ -](?P<m>{_M})(?: (?P<y>{_Y}))?",
     to.part_of_month),
    (rf"(?:in )?(?:{_SIDE} (?P<m>{_M}))", to.whole_month),
    (rf"(?:in )?(?P<m>{_M}),? (?P<y>{_Y})", to.whole_month),
    (rf"(?:in|(?:in )?the month of) (?P<m>{_M})", to.whole_month),
    (rf"(?P<m>{_PLAIN})", to.whole_month),
    (rf"(?:in )?(?:the )?(?P<season>spring|summer|autumn|fall|winter)(?: of)? (?P<y>{_Y})", to.season),
    (rf"(?:this|{_SIDE}) (?P<season>spring|summer|autumn|fall|winter)", to.season),
    (rf"(?:in )?the (?P<n>{'|'.join(LEXICON.ordinals)}) (?P<unit>half|quarter)(?: of (?P<y>{_Y}))?", to.fraction),
    (rf"(?:from|between) (?P<y0>{_Y}) (?:to|and) (?P<y>{_Y})", to.years),
    (rf"(?:in )?(?P<y0>{_Y})[-–/](?P<y>{_Y}|\d\d)(?![-–/\d])", to.years),
    (rf"(?:in |at )?(?:the )?(?P<part>early|beginning of|start of|mid|late|end of)[ -](?P<y>{_Y})", to.part_of_year),
    (r"(?:in )?the (?P<y>\d{4}|\d0)s", to.decade),
    (r"(?:in )?the (?P<n>\d{1,2})(?:st|nd|rd|th) century", to.century),
    (rf"(?:in )?(?P<y>{_Y})(?!(?:[.,]\d| \d{{3}}(?!\d)| ?[%€$]| (?:people|euros?|dollars?|delegates|times)))", to.whole_year),
    (rf"(?:this|{_SIDE}) (?P<unit>week|month|year)", to.unit_away),
    (rf"(?:at |by )?(?:the )?(?P<part>end|beginning|start|middle) of (?:the|this|{_SIDE}) (?P<unit>week|month|year)",
     to.part_of_unit),
    (rf"(?:this|the|{_SIDE}) weekend", to.weekend),
    (rf"(?P<n>{_N}) (?P<unit>{_U}) ago", to.ago),
    (rf"in (?P<n>{_N}) (?P<unit>{_U})", to.ahead),
    (rf"(?:in |over |during )?(?:the|these) {_SIDE} (?:(?P<n>{_N}) )?(?P<unit>{_U})", to.last_units),
)  # fmt: skip

OTHERS: tuple[tuple[Kind, str], ...] = (
    (
        "frequency",
        rf"(?:every|each) (?:{_N} )?(?:{_U}|{_W}s?)|(?:{_N} times )?(?:a|per) (?:day|week|month|year)",
    ),
    (
        "duration",
        rf"(?:for |in |over |during )?(?:more than |less than |about |nearly )?(?P<n>{_N}) (?:{_U}|hours?|minutes?)",
    ),
)

GRAMMAR = Grammar(
    lexicon=LEXICON,
    rules=tuple(Rule("date", compiled(p), resolve) for p, resolve in DATES)
    + tuple(Rule(kind, compiled(p), no_date) for kind, p in OTHERS),
    since=before(r"(?:since|from|after|starting)(?: the)? "),
    until=before(r"(?:until|till|by|before|up to)(?: the)? "),
    range_start=before(r"(?:from|between) "),
    range_middle=re.compile(r"\s(?:and|to)\s"),
    future=re.compile(
        r"\b(?:will|shall|going to|due|scheduled|planned|expected|be|takes? place)\b", re.IGNORECASE
    ),
    past=re.compile(r"\b(?:was|were|did|had|has|have|been|\w{3,}ed)\b", re.IGNORECASE),
)
