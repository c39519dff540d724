"""The time expressions of Vietnamese questions: numbers stand for months ("tháng 5"), the year comes last."""

from __future__ import annotations

import re

from qa.temporal import resolving as to
from qa.temporal.rules import Grammar, Kind, Lexicon, Resolver, Rule, before, compiled, no_date

_DIGITS = "một hai ba tư năm sáu bảy tám chín mười".split()

LEXICON = Lexicon(
    months={name: n for n, name in enumerate(_DIGITS, start=1)} | {"giêng": 1, "mười một": 11, "mười hai": 12, "chạp": 12},
    weekdays={"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "nhật": 6},
    numbers={name: n for n, name in enumerate(_DIGITS, start=1)} | {"bốn": 4, "vài": 0},
    ordinals={"đầu": 1, "cuối": 0, "nhất": 1, "hai": 2, "ba": 3, "tư": 4, "một": 1},
    units={"ngày": "day", "tuần": "week", "tháng": "month", "năm": "year"},
    seasons={"xuân": (3, 5), "hè": (6, 8), "thu": (9, 11), "đông": (0, 2)},
    days_away={"hôm kia": -2, "hôm qua": -1, "ngày mai": 1, "ngày kia": 2},
    days_after={"hôm trước": -1, "cùng ngày": 0, "hôm sau": 1},
    sides={"trước": -1, "ngoái": -1, "qua": -1, "vừa": -1, "tới": 1, "sau": 1},
    parts={"đầu": "start", "giữa": "middle", "cuối": "end"},
)  # fmt: skip

_D = r"(?:[12]\d|3[01]|0?[1-9])"
_M = r"(?:1[0-2]|0?[1-9]|mười (?:một|hai)|" + "|".join(_DIGITS) + "|giêng|chạp)"

_Y = r"(?:1\d{3}|20\d\d|21\d\d)"
_N = r"(?:\d{1,4}|" + "|".join(LEXICON.numbers) + ")"
_U = r"(?:ngày|tuần|tháng|năm)"
_SIDE = r"(?P<side>trước|ngoái|qua|vừa qua|tới|sau)"
_TO = r"(?: và | ?[-–] ?| đến (?:ngày )?)"

DATES: tuple[tuple[str, Resolver], ...] = (
    (rf"(?:từ )?(?:các )?(?:ngày )?(?P<d0>{_D}){_TO}(?P<d>{_D})(?: tháng |[/-])(?P<m>{_M})(?:(?:,? năm |[/-])(?P<y>{_Y}))?",
     to.days),
    (rf"(?:ngày )(?P<d>{_D})(?: tháng |[/-])(?P<m>{_M})(?:(?:,? năm |[/-])(?P<y>{_Y}))?", to.day),
    (rf"(?P<d>{_D})[/-](?P<m>{_M})[/-](?P<y>{_Y})", to.day),
    (r"(?:vào )?thứ (?P<w>hai|ba|tư|năm|sáu|bảy)(?: tuần)?(?: (?P<side>trước|tới|sau))?", to.one_weekday),
    (r"(?:vào )?chủ (?P<w>nhật)(?: tuần)?(?: (?P<side>trước|tới|sau))?", to.one_weekday),
    (r"(?P<near>hôm kia|hôm qua|ngày mai|ngày kia)", to.near_day),
    (r"hôm nay|sáng nay|chiều nay|tối nay", to.today),
    (rf"(?P<part>đầu|giữa|cuối) tháng (?P<m>{_M})(?:(?:,? năm |[/-])(?P<y>{_Y}))?", to.part_of_month),
    (rf"(?:trong |vào )?tháng (?P<m>{_M})(?:(?:,? năm |[/-])(?P<y>{_Y}))?", to.whole_month),
    (rf"(?:mùa )(?P<season>xuân|hè|thu|đông)(?: (?:năm )?(?P<y>{_Y})| {_SIDE})?", to.season),
    (rf"(?:từ )(?:năm )?(?P<y0>{_Y}) đến (?:năm )?(?P<y>{_Y})", to.years),
    (rf"(?P<part>đầu|giữa|cuối) năm (?P<y>{_Y})", to.part_of_year),
    (rf"(?:trong |vào )?(?:năm )(?P<y>{_Y})", to.whole_year),
    (rf"(?P<y>{_Y})", to.whole_year),
    (rf"(?P<unit>tuần|tháng|năm) {_SIDE}", to.unit_away),
    (r"(?P<unit>tuần|tháng|năm) (?:nay|này)", to.unit_away),
    (r"(?P<part>đầu|giữa|cuối) (?P<unit>tuần|tháng|năm)(?: (?:nay|này)| (?P<side>trước|tới|sau|ngoái))", to.part_of_unit),
    (rf"cách đây (?P<n>{_N}) (?P<unit>{_U})", to.ago),
    (rf"(?P<n>{_N}) (?P<unit>{_U}) trước", to.ago),
    (rf"(?P<n>{_N}) (?P<unit>{_U}) (?:tới|nữa)", to.ahead),
)  # fmt: skip

OTHERS: tuple[tuple[Kind, str], ...] = (
    ("frequency", rf"(?:mỗi|hàng|hằng) {_U}"),
    ("duration", rf"(?:trong |hơn |khoảng ){0, 2}(?P<n>{_N}) (?:{_U}|giờ|phút)"),
)

GRAMMAR = Grammar(
    lexicon=LEXICON,
    rules=tuple(Rule("date", compiled(p), resolve) for p, resolve in DATES)
    + tuple(Rule(kind, compiled(p), no_date) for kind, p in OTHERS),
    since=before(r"(?:kể từ|từ|sau)(?: sau)? "),
    until=before(r"(?:cho đến|đến|tới|trước) "),
    range_start=before(r"(?:từ|giữa) "),
    range_middle=re.compile(r"\s(?:đến|và)\s"),
    future=re.compile(r"\b(?:sẽ|sắp|dự kiến|dự định)\b", re.IGNORECASE),
    past=re.compile(r"\b(?:đã|từng|vừa)\b", re.IGNORECASE),
)
