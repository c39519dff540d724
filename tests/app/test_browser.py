"""The chat as a person meets it: headless Chromium, stand-ins behind."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from serving import serving
from stand_ins import HANOI, NASTY, StandInIndexer, pipeline_of_the_seeds

import app
from chat.handlers import EXAMPLES
from chat.quality import Quality
from chat.shelf import Shelf
from eval.question_sets import read_questions
from qa.judgements import Judgements
from qa.library import Library
from qa.wording import word

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
    pipeline = pipeline_of_the_seeds()
    pipeline.paths["id1"] = [str(folder / "un.txt")]
    library = Library(folder, (), lambda: indexer)  # type: ignore[arg-type, return-value]
    on = app.Handlers(pipeline)
    report = tmp_path_factory.mktemp("rapport")
    (report / "summary.json").write_text(json.dumps({"n": 241, "answerable": {"f1": 0.75}}))
    error = {
        "question": "Où ?",
        "expected": ["Hué"],
        "given": "Vienne",
        "confidence": 0.9,
        "passage": "À Hué.",
    }
    (report / "errors.json").write_text(json.dumps([error]))
    (report / "risk.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    quality = Quality(on.talks, Judgements(folder.with_name("avis.jsonl")), (report,))
    chat = app.layout(on, Shelf(pipeline, library), quality)
    with serving(chat) as address:
        yield Stage(address, folder, indexer)


@pytest.fixture(scope="module")  # no longer: Playwright keeps an event loop running in this thread
def context() -> Iterator[BrowserContext]:
    """A browser that speaks French; one for all, so that its cache holds gradio's scripts."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(locale="fr-FR")
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

    def open_at(width: int = 1200, height: int = 900, query: str = "", dark: bool = False) -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("request", lambda request: observed.requests.append(request.url))
        page.on("pageerror", lambda error: observed.problems.append(str(error)))
        page.on("console", lambda m: observed.problems.append(m.text) if m.type == "error" else None)
        page.goto(stage.address + query)
        page.locator("#qa-thread").locator(".example, .qa-reply").first.wait_for()
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
    expect(reply.locator(".qa-answer .qa-confidence")).to_contain_text("réponse très sûre")
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
    expect(page.locator(".qa-none strong")).to_have_text("Aucune réponse dans les dépêches.")
    expect(candidate).to_be_visible()


def test_abstention_shows_the_nearest_passages(open_page: Open, tmp_path: Path) -> None:
    page = open_page(390, 844)
    page.get_by_placeholder("Votre question").fill("Qui a gagné ?")
    page.get_by_role("button", name="Demander").click()
    reply = page.locator(".qa-reply")
    expect(reply.locator(".qa-none strong")).to_have_text("Aucune réponse dans les dépêches.")
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
    expect(page.locator("#qa-state")).to_have_text("2 dépêches, de mars à mai 2025")
    page.get_by_role("tab", name="Dépêches").click()
    button = page.get_by_role("button", name="Mettre à jour l’index")
    button.click()
    expect(page.locator("#qa-outcome progress")).to_be_visible()
    expect(page.locator("#qa-outcome")).to_contain_text("3 sur 4 dépêches")
    expect(button).to_be_disabled()
    page.get_by_role("tab", name="Questions").click()
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()
    page.get_by_role("tab", name="Dépêches").click()
    expect(page.locator("#qa-outcome progress")).to_be_visible()
    gate.set()
    expect(page.locator("#qa-outcome")).to_contain_text("Index à jour\u00a0: 1 dépêche ajoutée")
    expect(page.locator("#qa-outcome")).to_contain_text("dossier/<vide>.txt\u00a0: fichier vide")
    expect(button).to_be_enabled()


@pytest.mark.parametrize("width", [1200, 360])
def test_dispatches_are_listed_by_pages(open_page: Open, width: int, tmp_path: Path) -> None:
    page = open_page(width, 740)
    page.get_by_role("tab", name="Dépêches").click()
    found = page.locator("#qa-found")
    expect(found).to_contain_text("1 à 20 sur 45 dépêches")
    expect(found.locator("li")).to_have_count(20)
    page.get_by_role("button", name="Suivantes").click()
    expect(found).to_contain_text("21 à 40 sur 45 dépêches")
    page.get_by_label("Mots").fill("Hanoï")
    page.get_by_label("Mots").press("Enter")
    expect(found).to_contain_text("1 à 20 sur 45 dépêches")
    expect(page.get_by_role("button", name="Précédentes")).to_be_disabled()
    page.get_by_role("button", name="Ajouter des dépêches").click()
    expect(page.locator("#qa-add-now")).to_be_visible()
    page.screenshot(path=tmp_path / "depeches.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []


def test_dispatches_are_added_as_understood_and_removed_after_confirmation(
    open_page: Open, stage: Stage, tmp_path: Path
) -> None:
    good, bad = tmp_path / "sommet.txt", tmp_path / "vide.txt"
    good.write_text(" date 2026-02 Un sommet\n\nIl se tiendra le 3 mars.", encoding="utf-8")
    bad.touch()
    page = open_page()
    page.get_by_role("tab", name="Dépêches").click()
    page.get_by_role("button", name="Ajouter des dépêches").click()
    page.locator("#qa-add input[type=file]").set_input_files([good, bad])
    understood = page.locator("#qa-understood")
    expect(understood).to_contain_text("Un sommet")
    expect(understood).to_contain_text("février 2026 · 2 paragraphes · sommet.txt")
    expect(understood).to_contain_text("vide.txt\u00a0: fichier vide")
    page.get_by_role("button", name="Ajouter à l’index").click()
    expect(page.locator("#qa-outcome")).to_contain_text("dépêche ajoutée")
    assert (stage.folder / "sommet.txt").read_bytes() == good.read_bytes()

    (stage.folder / "un.txt").write_text("texte", encoding="utf-8")
    page.once("dialog", lambda dialog: dialog.dismiss())
    remove = page.get_by_role("button", name="Retirer la dépêche\u00a0: Dépêche <1>", exact=True)
    remove.click()
    assert (stage.folder / "un.txt").exists()
    page.once("dialog", lambda dialog: dialog.accept())
    remove.click()
    expect(page.locator("#qa-outcome")).to_contain_text("1 dépêche retirée")
    assert (stage.folder / ".corbeille" / "un.txt").exists()
    assert stage.indexer.forgotten == [stage.folder / "un.txt"]


WORLD_CUP = "Qui a remporté la Coupe du monde de football ?"


def test_an_answer_is_judged_and_the_judgements_become_questions(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    ask(page, HANOI)
    judge = page.locator(".qa-judge").last
    judge.get_by_role("button", name="Oui").click()
    expect(judge.locator(".qa-judged")).to_have_text("Noté.")
    expect(judge.get_by_role("button", name="Oui")).to_have_attribute("aria-pressed", "true")
    ask(page, WORLD_CUP)
    expect(page.locator(".qa-none")).to_be_visible()
    judge = page.locator(".qa-judge").last
    judge.get_by_role("button", name="Non").click()
    expect(judge.get_by_label("La bonne réponse")).to_be_focused()
    page.keyboard.type("Personne")
    assert grave(page) == []
    page.screenshot(path=tmp_path / "avis.png")
    judge.get_by_role("button", name="Enregistrer").click()
    expect(judge.locator(".qa-right")).to_be_hidden()
    page.get_by_role("tab", name="Qualité").click()
    expect(page.locator("#qa-judgements")).to_contain_text("2 avis, dont 1 favorables")
    expect(page.locator(".qa-figures dd")).to_have_text(["241", "75,0\u202f%"])
    expect(page.locator(".qa-error")).to_be_hidden()
    page.get_by_text("Erreurs les plus graves (1)").click()
    expect(page.locator(".qa-error dd")).to_have_text(["Hué", "Vienne (confiance 90\u202f%)"])
    assert (
        page.locator("#qa-evaluation img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 9
    )
    assert grave(page) == []
    page.screenshot(path=tmp_path / "qualite.png")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Exporter en jeu de questions").click()
    asked = {q.question: q.answers for q in read_questions(saved.value.path())}
    assert asked == {HANOI: ("les 25 et 26 octobre 2025",), WORLD_CUP: ("Personne",)}


def test_conversation_can_be_cleared_and_the_examples_come_back(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    page.get_by_role("button", name="Effacer la conversation").click()
    expect(page.locator("#qa-thread .example")).to_have_count(len(EXAMPLES["fr"]))
    expect(page.locator(".qa-reply")).to_have_count(0)


def test_page_is_french_for_screen_readers_too(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()
    expect(page.locator("[role=log]")).to_have_attribute("aria-label", "Conversation")
    expect(page.locator('#qa-thread [aria-label*="<"]')).to_have_count(0)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.title() == word("title")


def test_what_the_answer_is_and_how_sure_is_read_out(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    live = page.locator("#qa-live")
    expect(live).to_have_text("Réponse : les 25 et 26 octobre 2025 (réponse très sûre)")
    expect(live).to_have_attribute("aria-live", "polite")
    expect(page.locator("[role=log]")).to_have_attribute("aria-live", "off")
    expect(page.locator(".qa-answer .qa-confidence")).to_have_attribute("title", re.compile("97"))


def test_a_dispatch_is_read_by_keyboard_alone_and_the_focus_comes_back(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page()
    ask(page, HANOI)
    button = page.get_by_role("button", name="Voir la dépêche").first
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("mark")).to_have_text("les 25 et 26 octobre 2025")
    expect(dialog.locator("mark")).to_be_in_viewport()
    expect(dialog.locator(".qa-body")).to_contain_text("strictes.-VNA/VI")
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()
    page.screenshot(path=tmp_path / "depeche.png")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_quotation_is_copied_with_its_reference_and_the_link_asks_again(
    open_page: Open, context: BrowserContext, stage: Stage
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_page()
    ask(page, HANOI)
    page.get_by_role("button", name="Copier la citation").first.click()
    expect(page.locator("#qa-live")).to_have_text("Copié")
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == "«\u00a0les 25 et 26 octobre 2025\u00a0», VNA, mai 2025"
    )
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Copié")).to_have_count(2)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{stage.address}?q=Quand+est")
    again = open_page(query=link.removeprefix(stage.address))
    expect(again.locator(".qa-question")).to_have_text(HANOI)
    expect(again.locator(".qa-reply mark").first).to_be_visible()


@pytest.mark.parametrize(("form", "start"), [("Markdown", b"# D"), ("CSV", b"\xef\xbb\xbf"), ("Word", b"PK")])
def test_the_conversation_is_saved_as_a_document(open_page: Open, form: str, start: bytes) -> None:
    page = open_page()
    expect(page.locator("#qa-exports")).to_be_hidden()
    ask(page, HANOI)
    expect(page.locator(".qa-reply mark").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name=form).click()
    assert saved.value.suggested_filename.startswith("conversation.")
    assert saved.value.path().read_bytes().startswith(start)


def test_a_conversation_outlives_a_reload(open_page: Open) -> None:
    page = open_page()
    ask(page, HANOI)
    expect(page.locator(".qa-reply")).to_have_count(1)
    page.reload()
    expect(page.locator(".qa-reply mark").first).to_have_text("les 25 et 26 octobre 2025")
    expect(page.locator(".qa-reply")).to_have_count(1)


def test_the_language_is_the_browsers_until_another_is_chosen(
    context: BrowserContext, stage: Stage, tmp_path: Path
) -> None:
    assert context.browser
    english = context.browser.new_context(locale="en-GB")
    page = english.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(stage.address)
    page.get_by_text("Who won the football World Cup?").click()
    expect(page.locator(".qa-none strong")).to_have_text("No answer in the dispatches.")
    expect(page.get_by_role("button", name="Clear")).to_be_visible()  # gradio's own word
    assert (page.evaluate("document.documentElement.lang"), page.title()) == (
        "en", "Dispatches: questions and answers"
    )  # fmt: skip
    page.screenshot(path=tmp_path / "english.png")
    page.get_by_role("button", name="Français").click()
    expect(page.locator(".qa-none strong")).to_have_text("Aucune réponse dans les dépêches.")
    expect(page.get_by_placeholder("Votre question")).to_be_visible()
    expect(page.get_by_role("button", name="Effacer la conversation")).to_be_visible()
    other = english.new_page()
    other.goto(stage.address)
    expect(other.get_by_role("button", name="Demander")).to_be_visible()
    english.close()


def test_what_has_the_focus_does_not_lie_under_the_question_box(open_page: Open) -> None:
    page = open_page(360, 740)
    ask(page, HANOI)
    page.get_by_role("button", name="Voir la dépêche").first.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        foot = page.locator("#qa-foot").bounding_box()
        focused = page.evaluate(
            "() => document.activeElement.closest('#qa-thread') && "
            "document.activeElement.getBoundingClientRect().bottom"
        )
        assert foot is not None
        assert focused is None or focused <= foot["y"]
    assert page.evaluate("document.activeElement.closest('#qa-thread')") is None  # they were all gone through


def test_filters_are_told_when_on_and_can_be_taken_off(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Filtres").click()
    since, until = page.get_by_label("Parues depuis"), page.get_by_label("Parues jusqu’à")
    since.fill("2025-04")
    since.press("Enter")
    expect(page.get_by_role("button", name="Filtres actifs : depuis avril 2025")).to_be_visible()
    until.fill("2025-99")
    until.blur()
    expect(page.locator("#qa-note")).to_contain_text("absente du calendrier")
    until.fill("2026")
    until.blur()
    expect(page.locator("#qa-note .qa-notice")).to_have_count(0)
    page.get_by_label("Source").first.fill("vna/")
    page.get_by_label("Source").first.press("Enter")
    ask(page, HANOI)
    expect(page.locator(".qa-narrowed")).to_have_text("depuis avril 2025 jusqu’à 2026 · source « vna/ »")
    page.get_by_role("button", name="Réinitialiser").click()
    expect(page.get_by_role("button", name=re.compile(r"^Filtres\W*$"))).to_be_visible()
    expect(since).to_have_value("")


# What a far server's event stream is like: each part of it comes half a second late.
SLOW_STREAM = """
const near = window.fetch;
window.fetch = async (request, options) => {
  const response = await near(request, options);
  if (!(request.url ?? request).includes('/queue/data')) return response;
  const late = new TransformStream({
    async transform(part, out) { await new Promise((done) => setTimeout(done, 500)); out.enqueue(part); },
  });
  return new Response(response.body.pipeThrough(late), { headers: response.headers });
};
"""


def test_a_question_asked_as_the_stream_of_answers_ends_is_answered(
    context: BrowserContext, stage: Stage
) -> None:
    page = context.new_page()
    page.add_init_script(SLOW_STREAM)
    page.goto(stage.address)
    expect(page.locator("#qa-state p")).to_be_visible()
    page.get_by_role("button", name="Filtres").click()
    page.wait_for_timeout(1500)  # what opening the page asked for is over
    page.get_by_label("Parues depuis").fill("2025-04")
    with page.expect_response("**/queue/join*"):
        page.get_by_label("Parues depuis").press("Enter")
    page.wait_for_timeout(250)  # answered by the server, not yet heard of by the page
    ask(page, HANOI)
    expect(page.locator(".qa-answer").first).to_be_visible(timeout=10_000)
    page.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_everyone_can_use_it(open_page: Open, width: int, dark: bool, tmp_path: Path) -> None:
    """axe-core finds nothing serious, and nothing is wider than the window."""
    page = open_page(width, 740, dark=dark)
    expect(page.locator("#qa-state p")).to_be_visible()  # the last that comes when a page is opened
    expect(page.locator(".example")).to_have_count(4)
    assert grave(page) == []
    ask(page, HANOI)
    page.get_by_text("Autres réponses possibles (2)").click()
    ask(page, "Qui a gagné ?")
    expect(page.locator(".qa-none")).to_be_visible()
    page.get_by_role("button", name="Filtres").click()
    expect(page.get_by_label("Parues depuis")).to_be_visible()
    page.screenshot(path=tmp_path / "tout.png", full_page=True)
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Voir la dépêche").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert grave(page) == []


def grave(page: Page) -> list[tuple[str, str]]:
    """Serious and critical violations: the rule, and the first element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]


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


def test_a_follow_up_shows_how_it_was_understood_and_can_be_edited_or_asked_as_typed(
    open_page: Open,
) -> None:
    page = open_page()
    ask(page, HANOI)
    expect(page.locator(".qa-reply")).to_have_count(1)
    ask(page, "Et en 2026 ?")
    expect(page.locator(".qa-reply")).to_have_count(2)
    bubble = page.locator(".qa-question").last
    alone = "Quand est prévue la signature de la Convention de Hanoï en 2026 ?"
    expect(bubble).to_contain_text(f"Compris comme\u00a0: {alone}")
    bubble.get_by_role("button", name="Modifier").click()
    box = page.locator("#qa-question textarea")
    expect(box).to_have_value(alone)
    expect(box).to_be_focused()
    box.press("Enter")
    expect(page.locator(".qa-question")).to_have_count(3)
    expect(page.locator(".qa-question").last).to_have_text(alone)
    expect(page.locator(".qa-reply")).to_have_count(3)
    bubble = page.locator(".qa-question").nth(1)
    bubble.get_by_role("button", name="Poser telle quelle").click()
    expect(page.locator(".qa-question")).to_have_count(4)
    expect(page.locator(".qa-question").last).to_have_text("Et en 2026 ?")
    expect(page.locator(".qa-reply")).to_have_count(4)
