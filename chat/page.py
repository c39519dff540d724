"""What is where on the page, and which event calls what."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import gradio as gr

from chat.chronicle import FORMS, Chronicle
from chat.handlers import Handlers
from chat.quality import Quality
from chat.shelf import Shelf
from qa.messages import LANGUAGES
from qa.rendering.text import attributes, button, escape
from qa.wording import TABLE, translations

# Answers keep coming while someone waits for the index; one renewal at a time.
QUESTIONS_AT_ONCE = 4

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

SCRIPT = files("chat").joinpath("chat.js").read_text(encoding="utf-8")
_SCRIPT_WORDS = ("title", "conversation", "copied", "not_copied")
_FORMS = {"docx": "Word", "md": "Markdown", "csv": "CSV"}
_LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def texts() -> dict[str, dict[str, str]]:
    """Everything that the page says by itself, by language."""
    return {
        language: {
            **said,
            "header": _header(said, language),
            "exports": _exports(said),
            "judgements": _row(button(said["export_judgements"], data_questions=True)),
        }
        for language, said in translations().items()
    }


def _exports(said: dict[str, str]) -> str:
    """What the conversation can be saved as."""
    forms = "".join(button(name, data_export=form) for form, name in _FORMS.items())
    return _row(f"<span>{escape(said['export'])}</span>{forms}")


def _row(inner: str) -> str:
    return f'<div class="qa-row">{inner}</div>'


def _header(said: dict[str, str], language: str) -> str:
    """Title, what this is, and the switch to the other languages, each named in itself."""
    switches = "".join(
        button(_LANGUAGE_NAMES[other], lang=other, data_lang=other)
        for other in LANGUAGES
        if other != language
    )
    title, introduction = escape(said["title"]), escape(said["introduction"])
    return f'<header><div class="qa-top"><h1>{title}</h1>{switches}</div><p>{introduction}</p></header>'


words = gr.I18n(**texts())


def layout(on: Handlers, shelf: Shelf, quality: Quality) -> gr.Blocks:
    """The page and its events."""

    def read(place: list[Any], request: gr.Request) -> str:  # gradio takes no method
        return on.read(place, request)

    def export(asked: list[Any], request: gr.Request) -> dict[str, str]:
        return on.export(asked, request)

    def judge(said: list[Any], request: gr.Request) -> str:
        return quality.judge(said, request)

    def questions(_: list[Any], request: gr.Request) -> dict[str, str]:
        return quality.questions(request)

    served = [read, export, judge, questions]
    chat = gr.Blocks(title=TABLE["title"][0], analytics_enabled=False)
    with chat:
        talk = gr.Textbox(visible="hidden")
        asked = gr.Textbox(visible="hidden")
        gr.HTML(words("header"), elem_id="qa-header")
        gr.HTML('<p id="qa-live" role="status" aria-live="polite"></p>', elem_classes="qa-spoken")
        reader = gr.HTML(_reader(), js_on_load=SCRIPT, server_functions=served, elem_id="qa-reader")
        with gr.Tabs(elem_id="qa-tabs"):
            with gr.Tab(words("tab_questions"), id="questions"):
                _questions(chat, on, talk, asked, reader)
            with gr.Tab(words("tab_timeline"), id="timeline"):
                _timeline(Chronicle(on.pipeline))
            with gr.Tab(words("tab_dispatches"), id="dispatches") as tab:
                _dispatches(on, shelf, reader, tab)
            with gr.Tab(words("tab_quality"), id="quality") as tab:
                figures = gr.HTML(elem_id="qa-evaluation")
                judged = gr.HTML(elem_id="qa-judgements")
                gr.HTML(words("judgements"), elem_id="qa-questions")
                tab.select(quality.show, None, [figures, judged], **_QUIET)
    return chat


def _questions(chat: gr.Blocks, on: Handlers, talk: gr.Textbox, asked: gr.Textbox, reader: gr.HTML) -> None:
    with gr.Row(elem_id="qa-dispatches"):
        state = gr.HTML(elem_id="qa-state")
        gr.HTML(words("exports"), elem_id="qa-exports")
    thread = _thread()
    with gr.Column(elem_id="qa-foot"):
        with gr.Accordion(words("filters"), open=False, elem_id="qa-filters") as summary:
            fields = _filter_fields(on)
            reset = gr.Button(words("reset"), size="sm", scale=0, elem_id="qa-reset")
        note = gr.HTML(elem_id="qa-note")
        with gr.Row(elem_id="qa-ask"):
            box = _question_box()
            send = gr.Button(words("ask"), variant="primary", scale=0, min_width=120, elem_id="qa-send")

    replying: dict[str, Any] = {
        "outputs": [box, thread],
        "show_progress": "hidden",
        "concurrency_limit": QUESTIONS_AT_ONCE,
        "concurrency_id": "ask",
    }
    said = [thread, talk, *fields]
    gr.on([box.submit, send.click], on.ask, [box, *said], api_name="ask", **replying).then(**_SHOW_LAST)
    thread.example_select(on.ask_shown, said, api_visibility="private", **replying).then(**_SHOW_LAST)
    reader.typed(on.ask_shown, said, api_visibility="private", **replying).then(**_SHOW_LAST)
    thread.clear(on.clear, talk, None, **_QUIET).then(None, js="() => qa.tidy()", api_visibility="private")

    for filled in fields:
        gr.on([filled.blur, filled.submit], on.narrow, fields, [summary, note], **_QUIET)
    reset.click(on.reset, None, [*fields, summary, note], **_QUIET)

    opened = chat.load(None, None, talk, js=_TALK, **_QUIET).then(
        on.open, talk, [thread, asked, *fields, summary, note], **_QUIET
    )
    opened.then(on.ask_of_address, [asked, *said], **{**_QUIET, **replying}).then(**_SHOW_LAST)
    chat.load(on.state, None, state, **_QUIET)


def _timeline(chronicle: Chronicle) -> None:
    with gr.Row(elem_id="qa-topic"):
        topic = gr.Textbox(label=words("topic"), placeholder=words("topic_hint"), max_lines=1, scale=3)
        as_of = gr.Textbox(label=words("as_of"), placeholder=words("date_hint"), max_lines=1, min_width=140)
        source = gr.Textbox(
            label=words("source"), placeholder=words("source_hint"), max_lines=1, min_width=140
        )
        find = gr.Button(words("show"), size="sm", scale=0, elem_id="qa-show")
    shown = gr.HTML(elem_id="qa-timeline")
    with gr.Row(elem_id="qa-timeline-files"):
        saved = [gr.DownloadButton(name, size="sm", scale=0, visible=False) for name in FORMS]
    for file in saved:
        _names_no_other_host(file)
    gr.on([find.click, topic.submit], chronicle.show, [topic, as_of, source], [shown, *saved], **_QUIET)


def _dispatches(on: Handlers, shelf: Shelf, reader: gr.HTML, tab: gr.Tab) -> None:
    with gr.Row(elem_id="qa-shelf-state"):
        state = gr.HTML(elem_classes="qa-state")
        renew = gr.Button(words("renew"), size="sm", scale=0, elem_id="qa-rebuild")
    outcome = gr.HTML(elem_id="qa-outcome")
    with gr.Accordion(words("add_files"), open=False, elem_id="qa-add"):
        drop = gr.File(file_count="multiple", show_label=False, label=words("add_files"), height=140)
        _names_no_other_host(drop)
        understood = gr.HTML(elem_id="qa-understood")
        add = gr.Button(words("add"), size="sm", interactive=False, elem_id="qa-add-now")
    page = gr.Number(0, visible="hidden", precision=0)
    with gr.Row(elem_id="qa-wanted"):
        wanted = [
            gr.Textbox(label=words("words_wanted"), max_lines=1, min_width=140),
            gr.Textbox(label=words("source"), placeholder=words("source_hint"), max_lines=1, min_width=140),
            gr.Textbox(label=words("since"), placeholder=words("date_hint"), max_lines=1, min_width=140),
            gr.Textbox(label=words("until"), placeholder=words("date_hint"), max_lines=1, min_width=140),
        ]
        find = gr.Button(words("list"), size="sm", scale=0, elem_id="qa-find")
    found = gr.HTML(elem_id="qa-found")
    with gr.Row(elem_id="qa-pages"):
        before = gr.Button(words("previous"), size="sm", scale=0, interactive=False)
        after = gr.Button(words("next"), size="sm", scale=0, interactive=False)

    listing: dict[str, Any] = {"inputs": [*wanted, page], "outputs": [found, before, after], **_QUIET}

    def show(event: Any) -> None:  # noqa: ANN401
        """After an event: the list as it is now, and what the index holds."""
        event.then(shelf.browse, **listing).then(on.state, None, state, **_QUIET)

    show(tab.select(None, **_QUIET))
    gr.on([find.click, *(field.submit for field in wanted)], lambda: 0, None, page, **_QUIET).then(
        shelf.browse, **listing
    )
    for turn, step in ((before, -1), (after, 1)):
        turn.click(lambda page, step=step: max(0, int(page) + step), page, page, **_QUIET).then(
            shelf.browse, **listing
        )
    gr.on([drop.upload, drop.clear, drop.delete], shelf.understand, drop, [understood, add], **_QUIET)
    show(add.click(shelf.add, drop, [outcome, understood, drop, add], **_QUIET))
    show(renew.click(shelf.renew, None, [outcome, renew], **_QUIET))
    show(reader.removed(shelf.remove, None, outcome, **_QUIET))


def _names_no_other_host(component: gr.components.Component) -> None:
    """Gradio's own example of a file lies on another host, which our pages do not name."""
    vars(component).update(example_payload=list, example_value=list)


def _filter_fields(on: Handlers) -> list[gr.Textbox | gr.Number]:
    hint = words("date_hint")
    since, until, as_of, source, top_k, threshold = on.defaults()
    with gr.Row():
        texts = [
            gr.Textbox(since, label=words("since"), placeholder=hint, max_lines=1, min_width=140),
            gr.Textbox(until, label=words("until"), placeholder=hint, max_lines=1, min_width=140),
            gr.Textbox(as_of, label=words("as_of"), placeholder=hint, max_lines=1, min_width=140),
            gr.Textbox(
                source, label=words("source"), placeholder=words("source_hint"), max_lines=1, min_width=140
            ),
        ]
        numbers = [
            gr.Number(top_k, label=words("passages_read"), precision=0, min_width=140),
            gr.Number(threshold, label=words("threshold"), precision=0, min_width=140),
        ]
    return [*texts, *numbers]


_SHOW_LAST: dict[str, Any] = {"fn": None, "js": "() => qa.showLast()", "api_visibility": "private"}

# A conversation belongs to its tab, and outlives a reload of it.
_TALK = """() => {
  if (!sessionStorage.qaTalk) {
    const numbers = crypto.getRandomValues(new Uint8Array(16));
    sessionStorage.qaTalk = Array.from(numbers, (n) => n.toString(16)).join('-');
  }
  return sessionStorage.qaTalk;
}"""


def _reader() -> str:
    """The dialog that a dispatch is read in, and the words of the script."""
    said = {language: {key: text[key] for key in _SCRIPT_WORDS} for language, text in translations().items()}
    words_of_script = f"<span hidden{attributes({'data-words': json.dumps(said)})}></span>"
    return f'{words_of_script}<dialog class="qa-dialog"></dialog>'


def _thread() -> gr.Chatbot:
    return gr.Chatbot(
        label=words("conversation"),
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        autoscroll=False,
        buttons=[],
        latex_delimiters=[],  # a dispatch may speak of dollars
        allow_tags=True,
        sanitize_html=False,  # qa.rendering has escaped everything; the sanitizer would take its buttons away
        feedback_options=None,
        placeholder=str(words("examples")),
        elem_id="qa-thread",
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label=words("question"),
        show_label=False,
        container=False,
        placeholder=words("question_hint"),
        lines=1,
        max_lines=5,
        autofocus=True,
        scale=1,
        elem_id="qa-question",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True, enterkeyhint="send"),
    )
