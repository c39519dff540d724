"""The ``qa`` command: a face over the factory. Results to stdout, everything else to stderr.

Exit codes: 0 done (an abstention is a result), 2 the user's mistake, 1 anything else.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from embeddings.errors import EmbeddingError
from qa import __version__
from qa.dates import PartialDate, Period
from qa.errors import MissingExtra, NoIndex, QaError
from qa.messages import LANGUAGES, Language, current, from_locale, say, use
from qa.settings import Settings
from qa.types import IndexReport, Progress

# How many seconds a first question waits for another process that makes the same index.
_PATIENCE = 60.0
# argparse speaks English only; these are the sentences users meet.
_ARGPARSE_FRENCH = (
    (r"unrecognized arguments: (.*)", r"option inconnue : \1"),
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"argument (.+?): expected one argument", r"\1 : il manque une valeur"),
    (r"argument (.+?): invalid (?:int|float) value: (.*)", r"\1 : \2 n'est pas un nombre"),
    (r"argument (.+?): ignored explicit argument (.*)", r"\1 ne prend pas de valeur (\2)"),
    (r"ambiguous option: (.*) could match (.*)", r"option ambiguë : \1 (\2)"),
    (r"argument (.+?): invalid choice: ('.*?') \(choose from (.*)\)", r"\1 : \2 inconnu (choix : \3)"),
)


class _Parser(argparse.ArgumentParser):
    """One line on stderr and exit code 2, in the language in use."""

    def error(self, message: str) -> NoReturn:
        line = message.replace("\n", " ")
        if _french():
            for english, french in _ARGPARSE_FRENCH:
                line = re.sub(f"^{english}$", french, line)
        self.exit(2, f"qa: {line}\n")


def _french() -> bool:
    return current() == "fr"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    use(_language(arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that knows no "ễ" shows its number; it does not lose the answer.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        args = build_parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = args.run
        return command(args)
    except QaError as error:
        _complain(str(error))
        return error.exit_code
    except EmbeddingError as error:  # a model file that was read only when it was needed
        _complain(say("model", detail=error))
        return 1
    except KeyboardInterrupt:
        _complain(say("interrupted"))
        return 1
    except BrokenPipeError:
        # The reader of our output went away (``qa search … | head``): nothing to say, nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # a defect: one line for the user, the traceback on request
        if os.environ.get("QA_DEBUG"):
            raise
        _complain(
            say(
                "unexpected",
                detail=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
            )
        )
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The whole surface."""
    parser = _Parser(prog="qa", description=_t("Interroger des dépêches.", "Ask press dispatches."))
    parser.add_argument("--version", action="version", version=f"qa {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE", parser_class=_Parser)
    for add in (
        _add_ask, _add_search, _add_timeline, _add_index, _add_status, _add_eval, _add_serve, _add_mcp,
    ):  # fmt: skip
        add(commands)
    return parser


def _t(french: str, english: str) -> str:
    return french if _french() else english


def _command(commands: Any, name: str, french: str, english: str, run: Any) -> argparse.ArgumentParser:  # noqa: ANN401
    text = _t(french, english)
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    command.add_argument("--index", type=Path, metavar="DIR", help=_t("dossier de l'index", "index folder"))
    command.add_argument("--lang", choices=LANGUAGES, help=_t("langue des messages", "language of messages"))
    return command


def _model_options(command: argparse.ArgumentParser, *, reader: bool = True) -> None:
    command.add_argument(
        "--encoder", metavar="NAME",
        help=_t("autre encodeur (sentence-transformers) : nom ou dossier", "another encoder: name or folder"),
    )  # fmt: skip
    if reader:
        command.add_argument(
            "--reader", metavar="NAME",
            help=_t("autre lecteur (transformers) : nom ou dossier", "another reader: name or folder"),
        )  # fmt: skip


def _json_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=_t("résultat en JSON", "result as JSON"))


def _question_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", metavar="QUESTION")
    date = _t("AAAA, AAAA-MM ou AAAA-MM-JJ", "YYYY, YYYY-MM or YYYY-MM-DD")
    command.add_argument(
        "--since", metavar="DATE", help=_t("parues depuis", "published since") + f" ({date})"
    )
    command.add_argument(
        "--until", metavar="DATE", help=_t("parues jusqu'à", "published until") + f" ({date})"
    )
    command.add_argument(
        "--as-of", metavar="DATE",
        help=_t("ce qui était paru à cette date", "what had been published by then") + f" ({date})",
    )  # fmt: skip
    command.add_argument(
        "--source", default="", metavar="TEXT",
        help=_t("fichiers dont le nom ou le dossier contient ce texte", "files with this in their path"),
    )  # fmt: skip
    command.add_argument(
        "--language", default="", metavar="CODE",
        help=_t("dépêches écrites dans cette langue (fr, en, vi…)", "dispatches written in it (fr, en, vi…)"),
    )  # fmt: skip
    _model_options(command)
    _json_option(command)


def _top_k_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--top-k",
        type=int,
        metavar="N",
        help=_t("passages retenus (lus, sauf ceux qui sont loin derrière)", "passages considered"),
    )


def _add_ask(commands: Any) -> None:  # noqa: ANN401
    command = _command(commands, "ask", "Poser une question.", "Ask a question.", ask)
    _question_options(command)
    _top_k_option(command)
    command.add_argument(
        "--ignore-time", action="store_true",
        help=_t("ne pas suivre la période que nomme la question", "do not follow the period of the question"),
    )  # fmt: skip
    command.add_argument(
        "--threshold", type=float, metavar="P",
        help=_t("probabilité sous laquelle se taire", "probability below which to abstain"),
    )  # fmt: skip


def _add_search(commands: Any) -> None:  # noqa: ANN401
    command = _command(commands, "search", "Chercher des passages.", "Search passages.", search)
    _question_options(command)
    _top_k_option(command)


def _add_timeline(commands: Any) -> None:  # noqa: ANN401
    command = _command(
        commands, "timeline", "Faits datés sur un sujet, dans l'ordre du temps.",
        "Dated statements about a topic, in order of time.", timeline,
    )  # fmt: skip
    _question_options(command)
    command.add_argument(
        "--most", type=int, default=20, metavar="N", help=_t("faits montrés au plus", "statements at most")
    )
    command.add_argument(
        "--output", type=Path, metavar="FILE",
        help=_t("écrire une image .svg, un texte .md ou un tableau .csv", "write an .svg, .md or .csv file"),
    )  # fmt: skip


def _add_index(commands: Any) -> None:  # noqa: ANN401
    command = _command(commands, "index", "Indexer des dépêches.", "Index dispatches.", index)
    command.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=_t("fichiers ou dossiers", "files or folders")
    )
    command.add_argument("--rebuild", action="store_true", help=_t("repartir de zéro", "start afresh"))
    command.add_argument(
        "--prune", action="store_true",
        help=_t("retirer les dépêches dont le fichier a disparu", "drop dispatches whose file is gone"),
    )  # fmt: skip
    command.add_argument(
        "--watch", action="store_true",
        help=_t("suivre les dossiers jusqu'à Ctrl+C", "follow the folders until Ctrl+C"),
    )  # fmt: skip
    _model_options(command, reader=False)
    _json_option(command)


def _add_status(commands: Any) -> None:  # noqa: ANN401
    command = _command(commands, "status", "État de l'index.", "State of the index.", status)
    _model_options(command)
    _json_option(command)


def _add_eval(commands: Any) -> None:  # noqa: ANN401
    command = _command(
        commands, "eval", "Évaluer sur un jeu de questions.", "Evaluate on a question set.", evaluate
    )
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help=_t("jeux de questions (JSON Lines ou SQuAD)", "question sets (JSON lines or SQuAD)"),
    )  # fmt: skip
    command.add_argument(
        "--mode", choices=("ask", "retrieval", "reader"), default="ask",
        help=_t("ce qui est évalué", "what is evaluated"),
    )  # fmt: skip
    command.add_argument(
        "--predictions", type=Path, metavar="OUT.jsonl",
        help=_t("écrire une ligne par question", "write a line a question"),
    )  # fmt: skip
    command.add_argument(
        "--report", type=Path, metavar="DIR",
        help=_t("écrire un rapport (HTML, Markdown)", "write a report (HTML, Markdown)"),
    )  # fmt: skip
    command.add_argument(
        "--compare", type=Path, metavar="DIR",
        help=_t("comparer avec un rapport précédent", "compare with an earlier report"),
    )  # fmt: skip
    _model_options(command)
    _json_option(command)


def _add_serve(commands: Any) -> None:  # noqa: ANN401
    command = _command(commands, "serve", "Ouvrir le chat.", "Open the chat.", serve)
    command.add_argument("--host", default="127.0.0.1", metavar="H")
    command.add_argument("--port", type=int, default=7860, metavar="P")
    command.add_argument(
        "--dispatches", type=Path, metavar="DIR", help=_t("dossier des dépêches", "dispatch folder")
    )
    _model_options(command)


def _add_mcp(commands: Any) -> None:  # noqa: ANN401
    command = _command(
        commands, "mcp", "Répondre à un assistant (MCP, stdio).", "Serve an assistant (MCP, stdio).", mcp
    )
    _model_options(command)


def ask(args: argparse.Namespace) -> int:
    """``qa ask``."""
    from qa.presenting import reply_json, reply_lines

    settings = _settings(args)
    question, narrowed = _question(args), _narrowed(args)
    reply = _pipeline(settings, build=True).ask(question, use_time=not args.ignore_time, **narrowed)
    if args.json:
        _print_json(reply_json(reply))
    else:
        _print(*reply_lines(reply, colour=sys.stdout.isatty()))
    return 0


def search(args: argparse.Namespace) -> int:
    """``qa search``."""
    from qa.presenting import found_json, hit_lines

    settings, question, narrowed = _settings(args), _text(args.question), _narrowed(args)
    hits = _pipeline(settings, build=False).search(question, **narrowed)
    if args.json:
        _print_json(found_json(question, hits))
    else:
        _print(*hit_lines(hits, colour=sys.stdout.isatty()))
    return 0


def timeline(args: argparse.Namespace) -> int:
    """``qa timeline``."""
    from qa.temporal.export import timeline_json, timeline_lines, write

    settings, topic = _settings(args), _question(args)
    narrowed = _narrowed(args)
    events = _pipeline(settings, build=True).timeline(topic, most=args.most, **narrowed)
    if args.output:
        write(args.output, topic, events)
    if args.json:
        _print_json(timeline_json(topic, events))
    elif not args.output:
        _print(*timeline_lines(events))
    return 0


def index(args: argparse.Namespace) -> int:
    """``qa index``: 2 when a file could not be indexed; the others are."""
    from qa.factory import open_indexer

    settings = _settings(args)
    indexer = open_indexer(settings)
    if args.watch:
        return _watch(indexer, args, settings)
    with _Bar() as bar:
        report = indexer.run(args.paths or None, rebuild=args.rebuild, prune=args.prune, progress=bar.show)
    _tell_report(report, args, settings)
    return 2 if report.failures else 0


def _watch(indexer: Any, args: argparse.Namespace, settings: Settings) -> int:  # noqa: ANN401
    """Index all, then follow until interrupted; a bad batch is not the end."""
    followed = False
    try:
        for first in _follow(indexer, args, settings):
            followed = followed or first
    except KeyboardInterrupt:
        if not followed:
            raise
    return 0


def _follow(indexer: Any, args: argparse.Namespace, settings: Settings) -> Iterator[bool]:  # noqa: ANN401
    """Index all, then what comes, changes and, with ``--prune``, goes; whether it was the first."""
    from qa.watching import batches

    paths = args.paths or list(indexer.default_paths)
    for batch in batches(paths):
        first, changed = batch.changed is None, batch.changed or ()
        if first or changed or (batch.gone and args.prune):
            only = None if first else {p.absolute() for p in changed}
            try:
                with _Bar() as bar:
                    report = indexer.run(
                        paths, rebuild=args.rebuild and first, prune=args.prune, only=only, wait=_PATIENCE,
                        progress=bar.show,
                    )  # fmt: skip
                _tell_report(report, args, settings)
            except QaError as error:
                _complain(str(error))
        if first:
            _complain(say("watching", paths=", ".join(map(str, paths))))
        yield first


def _tell_report(report: IndexReport, args: argparse.Namespace, settings: Settings) -> None:
    """One JSON object, on a line of its own when more may follow; or a few lines to read."""
    from qa.presenting import report_json, report_lines

    for failure in report.failures:
        _complain(say("not_indexed", path=failure.path, reason=failure.reason))
    if args.json:
        _print_json(report_json(report, str(settings.index.absolute())), indent=None if args.watch else 2)
    else:
        _print(*report_lines(report))


def status(args: argparse.Namespace) -> int:
    """``qa status``."""
    from qa.presenting import status_json, status_lines

    state = _pipeline(_settings(args), build=False).status()
    if args.json:
        _print_json(status_json(state))
    else:
        _print(*status_lines(state))
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """``qa eval``."""
    from eval.comparison import as_json, compare, read_records
    from eval.question_sets import read_question_sets
    from eval.run import evaluate as run_questions
    from eval.run import summarise, write_predictions
    from eval.tables import aligned, gain_rows, render
    from qa.factory import open_reader_pipeline

    questions = read_question_sets(args.files)
    # Read first: the new report may take its place.
    earlier = read_records(args.compare) if args.compare else None
    settings = _settings(args)
    asked = (
        open_reader_pipeline(settings)
        if args.mode == "reader"
        else _pipeline(settings, build=args.index is None)
    )
    result = run_questions(questions, asked, args.mode)
    comparison = None if earlier is None else compare(earlier, result.records)
    if args.predictions:
        write_predictions(args.predictions, result.records)
    if args.report:
        from eval.report import write_report

        write_report(args.report, result, current(), comparison)
    if args.json:
        compared = {"comparison": as_json(comparison)} if comparison else {}
        _print_json(summarise(result.records) | compared)
        return 0
    _print(render(result, current()))
    if comparison:
        _print(aligned(gain_rows(comparison, current())))
    return 0


def serve(args: argparse.Namespace) -> int:
    """``qa serve``."""
    settings = _settings(args)
    if not settings.calibrated:
        from qa.factory import open_reader_pipeline

        # Before the chat forbids every library to fetch anything.
        open_reader_pipeline(settings)
    from app import serve as open_chat

    open_chat(args.host, args.port, settings, dispatches=args.dispatches)
    return 0


def mcp(args: argparse.Namespace) -> int:
    """``qa mcp``: until the client goes away."""
    try:
        from qa.mcp_server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise MissingExtra("extra_missing", command="qa mcp", extra="mcp") from error
    serve(_pipeline(_settings(args), build=True))
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    """What the command's options say, and what they leave to environment, settings file and defaults."""
    names = ("top_k", "threshold", "encoder", "reader")
    settings = Settings.load(args.index, **{n: getattr(args, n, None) for n in names})
    if settings.calibrated:
        # Nothing is to be fetched, and no library is to ask whether there is.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    elif args.run is not index:
        _complain(say("uncalibrated"))
    return settings


def _pipeline(settings: Settings, *, build: bool) -> Any:  # noqa: ANN401
    """The pipeline; with ``build``, an index of the shipped dispatches is made when there is none."""
    from qa.factory import SEEDS, open_indexer, open_pipeline

    try:
        return open_pipeline(settings)
    except NoIndex:
        if not build:
            raise
    _complain(say("seeds_indexed", folder=SEEDS))
    # Someone else may be making the same index at this moment.
    open_indexer(settings).run([SEEDS], wait=_PATIENCE)
    return open_pipeline(settings)


def _question(args: argparse.Namespace) -> str:
    """The question, refused before any work is done for it."""
    from qa.pipeline import check_question

    question = _text(args.question)
    check_question(question)
    return question


def _narrowed(args: argparse.Namespace) -> dict[str, Any]:
    """Period, as-of date, source and language, refused before any work is done for them."""
    from qa.pipeline import check_language

    check_language(args.language)
    period, as_of = Period.parse(args.since, args.until), PartialDate.parse_as_of(args.as_of)
    return {"period": period, "as_of": as_of, "source": _text(args.source), "language": args.language}


def _language(arguments: Sequence[str]) -> Language:
    """The language named, before parsing: argparse's own errors are to be in it."""
    for i, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and i + 1 < len(arguments):
            value = arguments[i + 1]
        for language in LANGUAGES:
            if value == language:
                return language
    return from_locale()


def _text(argument: str) -> str:
    """A command-line argument as text; bytes that are not UTF-8 become question marks."""
    return argument.encode("utf-8", "replace").decode("utf-8")


class _Bar:
    """A progress bar on stderr, only on a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=progress.total, desc=say("indexing"), file=sys.stderr)
        self._bar.update(progress.done - self._bar.n)


def _print(*lines: str) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


def _print_json(value: object, indent: int | None = 2) -> None:
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    _print(json.dumps(value, ensure_ascii=not unicode, indent=indent))


def _complain(line: str) -> None:
    print("qa:", " ".join(line.splitlines()), file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
