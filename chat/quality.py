"""The tab of quality, and the judging of answers."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from chat.handlers import problem, spoken
from qa.errors import QaError
from qa.judgements import Judgements, Verdict, judge
from qa.messages import speaking
from qa.rendering.quality import figures_html, judged_html, last_evaluation
from qa.talk import Talks
from qa.wording import word


@dataclass(frozen=True, slots=True)
class Quality:
    """What the tab and the buttons of a card call. ``reports``: where one may lie, the usual place first."""

    talks: Talks
    judgements: Judgements
    reports: tuple[Path, ...]

    def judge(self, said: list[Any], request: gr.Request) -> str:
        """Keep what is said of an answer: conversation, turn, verdict, what is right, whether nothing is."""
        talk, turn, verdict, better, unanswerable = said
        with speaking(spoken(request)):
            try:
                known = self.talks.turn(str(talk), str(turn))
                given: Verdict = "right" if verdict == "right" else "wrong"
                self.judgements.add(judge(known, given, str(better)[:2000], bool(unanswerable)))
            except KeyError:
                return word("turn_gone")
            except QaError as error:
                return str(error)
            return word("thanks")

    def show(self, request: gr.Request) -> tuple[str, str]:
        """The figures, and the judgements so far."""
        with speaking(spoken(request)):
            try:
                figures = figures_html(last_evaluation(self.reports), self.reports[0])
                return figures, judged_html(self.judgements.all(), self.judgements.path)
            except Exception as error:
                return problem(error), ""

    def questions(self, request: gr.Request) -> dict[str, str]:
        """The judgements as a question set for the browser to save."""
        data = base64.b64encode(self.judgements.as_question_set().encode()).decode("ascii")
        return {"name": "questions.jsonl", "type": "application/jsonl", "data": data}
