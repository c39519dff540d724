"""What other passages say in answer to the same question as a given one, found without reading them again.

A statement is a literal span of the same kind as the answer: a time, a count of the same things, a form of
the same name. It stands in a sentence much like the answer's, in a passage that speaks of the same names.
Likeness is the cosine of sentence vectors above the encoder's background
(``embeddings.background.relative``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from qa.dates import PartialDate
from qa.similarity import sentence_around
from qa.temporal.expressions import TimeExpression, find
from qa.temporal.publication import completed
from qa.temporal.quantities import (
    OF_THE_CLOCK,
    Quantity,
    asked_unit,
    hour_of,
    hour_right_after,
    quantities,
    quantity_at,
)
from qa.temporal.relations import Claim, corrects
from qa.temporal.vague import vague_times
from qa.types import Hit

# A passage shares so many names with the answer's and its title, or all where there are fewer.
_NAMES_SHARED = 2
# Sentences compared with the answer's, of the passages found first: each may cost an embedding.
_COMPARED = 12
_FRONT = 40
_ONE_ORDER = 3
# Smaller counts are another's by chance: of things, and of measures.
_SOME, _MANY = 10, 1000
_NEAR_DAYS = 8
_NEAR_MINUTES = 180
_MEASURES = frozenset(
    "€ % dollar dong yen franc livre kilomètre km mètre m centimètre cm mm hectare ha tonne kilo kg gramme"
    " litre watt mégawatt gigawatt mw gw heure h minute seconde jour semaine moi an année siècle foi degré"
    " point".split()
) | {OF_THE_CLOCK}
_PERSON = "personne"
# What follows a number that counts nothing it names, as units are written.
_NO_NOUN = frozenset(
    ["", *"le la l de du d en au à a et ou dont sur pour par dan selon qui que san avec".split()]
)
_NAME = re.compile(r"(?<![.!?»\"]\s)(?<!^)\b[A-ZÀ-ÖØ-Þ][\w’'-]{2,}")
_TITLE = re.compile(r"^(?:M\.|Mme|Mlle|Me|Dr|Pr)\s")
NAME_GROUP = (
    r"(?:\b(?:M\.|Mme|Mlle|Me|Dr|Pr)\s)?\b[A-ZÀ-ÖØ-Þ][\w’'-]+(?:\s(?:de\s|du\s|d['’])?[A-ZÀ-ÖØ-Þ][\w’'-]+)*"
)
_NAME_GROUP = re.compile(NAME_GROUP)
# The first and the last of some days, or each of them; "entre le 16 et le 20" leaves them open.
_DAYS = re.compile(
    r"^(?:du|from|từ(?: ngày)?)\s\D{0,12}\d.*\s(?:au|to|đến)\s\D{0,12}\d"
    r"|^(?:(?:aux|les|des)\s)?(?:[a-z]+di\s|dimanche\s)?\d\S*(?:\s[a-zà-ÿ]+)?(?:,\s\d+)*\s(?:et|and|và)\s\D{0,14}\d",
    re.IGNORECASE,
)
# Said of what no longer holds: "et non du 12 au 19 juin", "initialement prévu le 3 mai".
_WITHDRAWN = re.compile(
    r"(?:\bet non(?: pas)?|\bau lieu d[eu]s?|\binitialement \w+|\bplutôt que|\bcontre|\bd['’]abord \w+"
    r"|\bprévue?s? à l['’]origine|\bprécédemment \w+|\bauparavant \w+)(?:\s[\w'’]{1,5}){0,2}\s?$"
)

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
Rewriter = Callable[["Statement"], "Statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A span of a hit's passage read as a claim.

    ``likeness``: of its sentence to the answer's. ``margin``: the reader's, where it took the span for an
    answer to the question itself. ``place``: it is surely read as a named place that was asked for.
    """

    hit: Hit
    start: int
    end: int
    claim: Claim
    time: TimeExpression | None
    likeness: float = 1.0
    margin: float = -math.inf
    place: bool = False

    @property
    def text(self) -> str:
        """The literal span."""
        return self.hit.passage.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The sentence around it."""
        return sentence_around(self.hit.passage.text, self.start, self.end)

    @property
    def known(self) -> datetime:
        """The first moment at which its dispatch may have been known; the undated are the oldest."""
        published = self.hit.dispatch.published
        if published is None:
            return datetime.min
        first = published.first
        return datetime(first.year, first.month, first.day, published.hour or 0, published.minute or 0)

    def newer_than(self, other: Statement) -> bool:
        """Whether its dispatch was surely published later: the whole of the other's date before it."""
        own, others = self.hit.dispatch.published, other.hit.dispatch.published
        if own is None or others is None:
            return False
        if own.minute is not None and others.minute is not None:
            return self.known > other.known
        return own.first > others.last

    def days_from(self, other: Statement) -> float:
        """Days between the publications; infinite where one is unknown."""
        own, others = self.hit.dispatch.published, other.hit.dispatch.published
        if own is None or others is None:
            return math.inf
        return max((own.first - others.last).days, (others.first - own.last).days, 0)

    def names(self, other: Statement) -> bool:
        """Whether its dispatch names a name of the other's text."""
        return any(word in self.hit.dispatch.body for word in re.findall(r"\b[A-ZÀ-Ý]\w{2,}", other.text))

    def overlaps(self, other: Statement) -> bool:
        """Whether both share characters of one passage."""
        same = self.hit.passage.id == other.hit.passage.id
        return same and self.start < other.end and other.start < self.end

    @property
    def withdrawn(self) -> bool:
        """Whether its own dispatch says that it no longer holds."""
        front = self.hit.passage.text[max(0, self.start - _FRONT) : self.start]
        return _WITHDRAWN.search(front) is not None or self.text.startswith("non ")

    @property
    def ahead(self) -> bool:
        """Whether the time that it gives lay ahead when its dispatch was published."""
        published = self.hit.dispatch.published
        return self.time is not None and published is not None and lies_ahead(self.time, published)

    @property
    def vague(self) -> bool:
        """Whether it tells a time without a date: "dans les prochaines semaines"."""
        return self.time is not None and self.time.kind == "vague"

    @property
    def telling(self) -> bool:
        """Whether its value is hardly another's by chance: a day that lay ahead, an exact count of things."""
        count = self.claim.quantity
        if count is not None:
            things = bool(count.unit) and count.unit not in _MEASURES
            return count.low == count.high >= (_SOME if things else _MANY)
        return self.claim.time is not None and self.claim.time.days == 1 and self.ahead

    @property
    def near(self) -> bool:
        """Whether the time that it gives is about the day of publication, as the day of a report is."""
        published, time = self.hit.dispatch.published, self.claim.time
        if published is None or time is None:
            return False
        away = max((time.first - published.last).days, (published.first - time.last).days)
        return away <= _NEAR_DAYS and time.days <= _NEAR_DAYS


def statement(hit: Hit, start: int, end: int) -> Statement:
    """A span of a hit's passage as a claim."""
    return _claimed(hit, start, end, time_at(hit, start, end))


def _claimed(hit: Hit, start: int, end: int, time: TimeExpression | None) -> Statement:
    text = hit.passage.text
    count = None if time else quantity_at(text, start, end)
    changes = corrects(sentence_around(text, start, end)) or corrects(_head(hit))
    published = hit.dispatch.published
    said = published.first if published else None
    exact = time is not None and tells_days(time.text)
    hour = hour_of(text[start:end]) if time else None
    claim = Claim(text[start:end], time.value if time else None, count, changes, said, exact, hour)
    return Statement(hit, start, end, claim, time)


def tells_days(text: str) -> bool:
    """Whether an expression tells the first and the last of some days, or each: "du 16 au 20 juillet"."""
    return _DAYS.search(text) is not None


def in_asked_units(question: str, answer: Statement) -> Rewriter:
    """What counts what the question asks for, told so by its unit or by the answer's, in the answer's unit.

    "Combien de maisons" may be answered by "14.260 habitations" and by "14.000 maisons", if by one order of
    size; and where the reader found it, by a number that stands alone ("ramené à deux le nombre"). Persons
    stay what they are: nearly everything is counted of them.
    """
    asked, count = asked_unit(question), answer.claim.quantity
    if asked is None or count is None or count.unit in _MEASURES:
        return lambda said: said
    bare = count.unit in _NO_NOUN
    if _PERSON in (asked, count.unit) and not bare:
        return lambda said: said
    unit = asked if bare else count.unit

    def rewritten(said: Statement) -> Statement:
        own = said.claim.quantity
        if own is None or own.unit == unit or not _of_one_order(own, count):
            return said
        if own.unit != asked and (own.unit not in _NO_NOUN or said.margin == -math.inf):
            return said
        return replace(said, claim=replace(said.claim, quantity=replace(own, unit=unit)))

    return rewritten


def time_at(hit: Hit, start: int, end: int) -> TimeExpression | None:
    """The longest time expression that a span is or contains, resolved; None where there is none.

    A span that leaves out a figure of the expression around it ("octobre" of "le 25 octobre") is resolved
    by itself.
    """
    text = hit.passage.text[start:end]
    touched = [e for e in times_of(hit) if e.start < end and start < e.end]
    whole = [e for e in touched if all(figure in text for figure in re.findall(r"\d+", e.text))]
    if touched and not whole:
        whole = list(_times(text, hit))
    return max(whole, key=lambda e: e.end - e.start, default=None)


def lies_ahead(time: TimeExpression, published: PartialDate) -> bool:
    """Whether a time was still to come at publication; where it may have been, the verb decides."""
    value = time.value
    if value is None or value.last < published.first:
        return False
    return value.first > published.last or (time.tense == "future" and value.last >= published.first)


def times_of(hit: Hit) -> Sequence[TimeExpression]:
    """The resolved time expressions of a passage, and the vague ones (``qa.temporal.vague``)."""
    return _times(hit.passage.text, hit)


def _times(text: str, hit: Hit) -> Sequence[TimeExpression]:
    published = hit.dispatch.published
    return _resolved(text, published, completed(published, hit.dispatch.body))


# Each span of a passage asks for the passage's times, in one question and the next.
@lru_cache(maxsize=1000)
def _resolved(
    text: str, published: PartialDate | None, day: PartialDate | None
) -> tuple[TimeExpression, ...]:
    found = [*find(text, published, day=day), *vague_times(text, published)]
    return tuple(sorted((e for e in found if e.value is not None), key=lambda e: e.start))


def elsewhere(
    question: str, answer: Statement, hits: Sequence[Hit], likeness: Likeness, in_units: Rewriter
) -> list[Statement]:
    """What passages of other dispatches state of the same kind, most alike first.

    ``in_units``: of ``in_asked_units``, for the answer and for what is stated elsewhere.
    """
    speaks = on_the_matter(question, answer.hit)
    found = [
        s
        for hit in hits
        if hit.dispatch.id != answer.hit.dispatch.id and hit.passage.ordinal > 0 and speaks(hit)
        for s in _of_kind(answer, hit, in_units)
    ]
    sentences = list(dict.fromkeys(s.sentence for s in found))[:_COMPARED]
    alike = dict(zip(sentences, likeness(answer.sentence, sentences), strict=True))
    told = [replace(s, likeness=alike[s.sentence]) for s in found if s.sentence in alike]
    return sorted(told, key=lambda s: -s.likeness)


def on_the_matter(question: str, answer: Hit) -> Callable[[Hit], bool]:
    """Whether a hit's dispatch names what the answer is about.

    Those names of the question that the answer's dispatch has, all of them; else two of the passage's own, in
    the passage or the title.
    """
    asked = frozenset(n for n in _NAME.findall(question) if n in _whole(answer))
    if asked:
        return lambda hit: all(name in _whole(hit) for name in asked)
    names = frozenset(_NAME.findall(answer.passage.text)) | frozenset(
        _NAME.findall(" " + answer.dispatch.title)
    )
    needed = min(_NAMES_SHARED, len(names))
    return lambda hit: sum(name in _titled(hit) for name in names) >= needed


def _titled(hit: Hit) -> str:
    return f"{hit.dispatch.title}\n{hit.passage.text}"


def _whole(hit: Hit) -> str:
    return f"{hit.dispatch.title}\n{hit.dispatch.body}"


def _of_kind(answer: Statement, hit: Hit, in_units: Callable[[Statement], Statement]) -> Iterator[Statement]:
    """The spans of a passage that are of the answer's kind."""
    text = hit.passage.text
    if answer.claim.time is not None:
        yield from (_claimed(hit, e.start, _with_hour(text, e), e) for e in times_of(hit))
        return
    if answer.claim.quantity is not None:
        counts = (in_units(statement(hit, start, end)) for (start, end), _ in quantities(text))
        yield from (
            s for s in counts if s.claim.quantity and same_things(answer.claim.quantity, s.claim.quantity)
        )
        return
    spans = [m.span() for m in _NAME_GROUP.finditer(text) if same_name(answer.text, m[0])]
    yield from (statement(hit, start, end) for start, end in spans)


def _with_hour(text: str, time: TimeExpression) -> int:
    """Where a time ends, the hour of the clock behind it included: "le 3 juin à 18h00"."""
    return hour_right_after(text, time.end) or time.end


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one person: the one ends in the other ("M. Kerouédan", "Bastien Kerouédan").

    All of their words are capitalised: "Convention de Hanoï" is no fuller name of Hanoï.
    """
    first, second = (_TITLE.sub("", name).split() for name in (one, other))
    shorter, longer = sorted((first, second), key=len)
    capitalised = all(word[0].isupper() for word in longer)
    return bool(shorter) and capitalised and longer[-len(shorter) :] == shorter


def same_things(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities count the same; of persons any two of one order of size ("14 morts").

    Hours of the clock do when they are near each other: "à 11h00" is the hour of a report.
    """
    if one.unit == other.unit:
        return one.unit != OF_THE_CLOCK or abs(one.high - other.high) <= _NEAR_MINUTES
    if OF_THE_CLOCK in (one.unit, other.unit):
        return False
    return _PERSON in (one.unit, other.unit) and _of_one_order(one, other)


def may_count_the_same(one: Quantity, other: Quantity) -> bool:
    """Whether words may hide that two quantities count the same ("1.247 cas", "1.680 malades")."""
    return _of_one_order(one, other) and not {one.unit, other.unit} & _MEASURES


def _of_one_order(one: Quantity, other: Quantity) -> bool:
    """Whether neither is more than three times the other."""
    return max(one.high, other.high) <= _ONE_ORDER * min(one.low, other.low)


def _head(hit: Hit) -> str:
    """The header line, where agencies write RECTIFICATIF."""
    return hit.dispatch.body.partition("\n")[0]
