"""The whole product as a newcomer meets it: real models, shipped dispatches, headless Chromium."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from serving import serving_index
from stand_ins import HANOI
from test_browser import CHROMIUM, PATIENCE_MS, QUIET, grave

from qa.factory import SEEDS
from qa.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.models]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_the_hanoi_question_is_answered_with_its_paragraph_and_nothing_leaves_the_machine(tmp_path: Path):
    asked_of: set[str | None] = set()
    with serving_index(Settings(tmp_path / "index"), SEEDS) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(locale="fr-FR", viewport={"width": 1200, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: asked_of.add(urlsplit(request.url).hostname))
        page.goto(address)
        page.get_by_placeholder("Votre question").fill(HANOI)
        page.get_by_placeholder("Votre question").press("Enter")
        reply = page.locator(".qa-reply")
        expect(reply.locator(".qa-answer strong")).to_have_text("les 25 et 26 octobre 2025")
        expect(reply.locator("mark").first).to_have_text("les 25 et 26 octobre 2025")
        expect(reply.get_by_text("mai 2025 · 001_98a8ff821195ca4d.txt, paragraphe 4")).to_be_visible()
        expect(reply.locator(".qa-history")).to_contain_text(
            "Précisé en mai 2025 ; en mars 2025 : « cette année »"
        )
        page.get_by_placeholder("Votre question").fill("Qui a remporté la Coupe du monde de football ?")
        page.get_by_placeholder("Votre question").press("Enter")
        expect(page.locator(".qa-none strong")).to_be_visible()
        page.screenshot(path=tmp_path / "chat.png")
        page.get_by_role("tab", name="Chronologie").click()
        page.get_by_label("Un sujet ou une question").fill("Convention de Hanoï")
        page.get_by_label("Un sujet ou une question").press("Enter")
        expect(page.locator(".qa-when").last).to_contain_text("25 – 26 octobre 2025")
        expect(page.locator("#qa-timeline-files")).to_contain_text("Markdown")
        page.locator(".qa-events").get_by_role("button", name="Voir la dépêche").last.click()
        expect(page.locator("dialog mark")).to_contain_text("les 25 et 26 octobre 2025")
        assert grave(page) == []
        browser.close()
    assert asked_of == {"127.0.0.1"}
