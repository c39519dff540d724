"""The chat as a person meets it: headless Chromium, stand-ins behind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from serving import serving
from stand_ins import HANOI, NASTY, StandInIndexer, pipeline_of_the_seeds

import app

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Stage:
    """The chat as it is served to this module, and what is behind it."""

    address: str
    folder: Path
    indexer: StandInIndexer


@dataclass(frozen=True)
class Observed:
    """What the pages of a test asked of the network, and their errors."""

    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder, indexer = tmp_path_factory.mktemp("depeches"), StandInIndexer()
    chat = app.layout(pipeline_of_the_seeds(), lambda sink: indexer.run([folder], progress=sink), folder)
    with serving(chat) as address:
        yield Stage(address, folder, indexer)


@pytest.fixture(scope="module")  # no longer: Playwright keeps an event loop running in this thread
def context() -> Iterator[BrowserContext]:
    """A browser that speaks English; one for all, so that its cache holds gradio's scripts."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(locale="en-US")
        context.set_default_timeout(PATIENCE_MS)
        yield context
        browser.close()


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def open_page(context: BrowserContext, stage: Stage, observed: Observed) -> Iterator[Open]:
    """Open the chat at a size; an error of the page fails the test."""
    pages: list[Page] = []

    def open_at(width: int = 1200, height: int = 900) -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("request", lambda request: observed.requests.append(request.url))
        page.on("pageerror", lambda error: observed.problems.append(str(error)))
        page.on("console", lambda m: observed.problems.append(m.text) if m.type == "error" else None)
        page.goto(stage.address)
        page.get_by_placeholder("Votre question").wait_for()
        return page

    yield open_at
    for page in pages:
        page.close()
    assert observed.problems == []


def ask(page: Page, question: str) -> None:
    page.get_by_placeholder("Votre question").fill(question)
    page.get_by_placeholder("Votre question").press("Enter")


def test_first_example_gives_the_answer_with_its_span_marked(
    open_page: Open, observed: Observed, tmp_path: Path
) -> None:
    page = open_page()
    page.locator("#qa-thread .example").first.click()
    reply = page.locator(".qa-reply")
    expect(reply.locator(".qa-answer strong")).to_have_text("les 25 et 26 octobre 2025")
    expect(reply.locator("mark").first).to_have_text("les 25 et 26 octobre 2025")
    expect(page.locator(".qa-question")).to_have_text(HANOI)
    expect(reply.locator(".qa-answer .qa-confidence")).to_have_text("réponse très sûre")
    expect(reply.get_by_text("mai 2025 · 001_98a8ff821195ca4d.txt, paragraphe 4")).to_be_visible()
    page.screenshot(path=tmp_path / "reponse.png")
    assert {urlsplit(url).hostname for url in observed.requests} == {"127.0.0.1"}


def test_other_answers_are_folded_and_stay_open_when_the_talk_goes_on(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    candidate = page.locator(".qa-candidate").first
    expect(candidate).to_be_hidden()
    page.get_by_text("Autres réponses possibles (2)").click()
    expect(candidate).to_be_visible()
    ask(page, "Qui a gagné ?")
    expect(page.get_by_text("Aucune réponse dans les dépêches.")).to_be_visible()
    expect(candidate).to_be_visible()


def test_abstention_shows_the_nearest_passages(open_page: Open, tmp_path: Path) -> None:
    page = open_page(390, 844)
    page.get_by_placeholder("Votre question").fill("Qui a gagné ?")
    page.get_by_role("button", name="Demander").click()
    reply = page.locator(".qa-reply")
    expect(reply.get_by_text("Aucune réponse dans les dépêches.")).to_be_visible()
    expect(reply.locator("blockquote")).to_have_count(3)
    expect(reply.locator("mark")).to_have_count(0)
    page.screenshot(path=tmp_path / "abstention.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_markup_of_questions_and_dispatches_is_text(open_page: Open) -> None:
    page = open_page()
    ask(page, "méchante")
    expect(page.locator(".qa-reply .qa-answer strong")).to_have_text("l’<b>intrus</b>")
    expect(page.locator(".qa-reply mark")).to_have_text("l’<b>intrus</b>")
    question = NASTY.replace("\n", " ").replace("\u2028", " ")
    ask(page, question)
    expect(page.locator(".qa-question").last).to_have_text(question)
    expect(page.locator(".qa-reply")).to_have_count(2)
    assert page.locator(".message img, .message script, .message b").count() == 0
    assert page.evaluate("window.pwned") is None


def test_endless_question_gets_a_clear_line(open_page: Open) -> None:
    page = open_page()
    ask(page, "é" * 100_000)
    expect(page.locator(".qa-notice")).to_contain_text("question trop longue")
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()


def test_index_is_renewed_while_questions_are_answered(open_page: Open, stage: Stage) -> None:
    gate = stage.indexer.gate = threading.Event()
    page = open_page()
    expect(page.locator("#qa-state")).to_contain_text(str(stage.folder.resolve()))
    button = page.get_by_role("button", name="Mettre à jour l’index")
    button.click()
    expect(page.locator("#qa-outcome progress")).to_be_visible()
    expect(page.locator("#qa-outcome")).to_contain_text("3 sur 4 dépêches")
    expect(button).to_be_disabled()
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()
    expect(page.locator("#qa-outcome progress")).to_be_visible()
    gate.set()
    expect(page.locator("#qa-outcome")).to_contain_text("Index à jour : 1 dépêche ajoutée")
    expect(page.locator("#qa-outcome")).to_contain_text("dossier/<vide>.txt : fichier vide")
    expect(button).to_be_enabled()


def test_conversation_can_be_cleared_and_the_examples_come_back(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    page.get_by_role("button", name="Effacer la conversation").click()
    expect(page.locator("#qa-thread .example")).to_have_count(len(app.EXAMPLES))
    expect(page.locator(".qa-reply")).to_have_count(0)


def test_page_is_french_for_screen_readers_too(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()
    expect(page.locator("[role=log]")).to_have_attribute("aria-label", "Conversation")
    expect(page.locator('#qa-thread [aria-label*="<"]')).to_have_count(0)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.title() == app.TITLE


def test_browser_may_not_call_elsewhere(context: BrowserContext, stage: Stage) -> None:
    page = context.new_page()
    page.goto(stage.address)
    directive = page.evaluate(
        """() => new Promise((found) => {
            addEventListener('securitypolicyviolation', (e) => found(e.effectiveDirective));
            new Image().src = 'http://127.0.0.2/x.png';
        })"""
    )
    page.close()
    assert directive == "img-src"
