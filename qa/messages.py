"""What users read, in French and in English: one table, one current language.

French is the language of the product; ``use("en")`` (``--lang en``, or an English locale) changes it for
the process, ``speaking("en")`` for what is called within it: two users of one server read each their own.
A key that is missing is a programming error, found by a test.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
_current: Language = "fr"
_spoken: ContextVar[Language | None] = ContextVar("language", default=None)

# key: (French, English)
TABLE: dict[str, tuple[str, str]] = {
    # questions and options
    "question_empty": ("question vide", "empty question"),
    "question_long": (
        "question trop longue : {n} caractères, {most} au plus",
        "question too long: {n} characters, at most {most}",
    ),
    "date_format": (
        "date {text!r} : AAAA, AAAA-MM ou AAAA-MM-JJ attendu",
        "date {text!r}: expected YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    "date_calendar": ("date {text!r} : absente du calendrier", "date {text!r}: not in the calendar"),
    "period_empty": (
        "période vide : elle commence le {since} et finit le {until}",
        "empty period: it starts on {since} and ends on {until}",
    ),
    "option_range": (
        "{name} {value} : entre {low} et {high} attendu",
        "{name} {value}: expected between {low} and {high}",
    ),
    "language_code": (
        "langue {value} inconnue ; connues : {known}",
        "language {value} unknown; known: {known}",
    ),
    "dispatch_id": ("{source} : dépêche {id}", "{source}: dispatch {id}"),
    "dispatch_unknown": ("dépêche {id} : absente de l'index", "dispatch {id}: not in the index"),
    # requests of other programs
    "request_text": ("{name} : texte attendu", "{name}: expected text"),
    "request_integer": ("{name} : nombre entier attendu", "{name}: expected a whole number"),
    "request_number": ("{name} : nombre attendu", "{name}: expected a number"),
    "request_boolean": ("{name} : true ou false attendu", "{name}: expected true or false"),
    "request_low": ("{name} : {ge:g} au moins", "{name}: at least {ge:g}"),
    "request_high": ("{name} : {le:g} au plus", "{name}: at most {le:g}"),
    "request_missing": ("{name} : il manque", "{name}: missing"),
    "request_unknown": ("{name} : nom inconnu", "{name}: unknown name"),
    "request_tool": ("outil {name} inconnu (connus : {known})", "unknown tool {name} (known: {known})"),
    "request_body": (
        "corps de la requête : objet JSON attendu, et l'en-tête Content-Type application/json",
        "body of the request: expected a JSON object, and the header Content-Type application/json",
    ),
    "request_large": (
        "requête trop grande : {most} octets au plus",
        "request too large: at most {most} bytes",
    ),
    "request_path": ("adresse inconnue : {path}", "unknown address: {path}"),
    "request_method": ("{method} : {allowed} attendu", "{method}: expected {allowed}"),
    "request_host": (
        "hôte {host!r} refusé : le chat n'est ouvert qu'à cette machine",
        "host {host!r} refused: the chat is open to this machine only",
    ),
    "request_origin": (
        "page de {origin} refusée : seules les pages du chat peuvent lire les réponses",
        "page of {origin} refused: only the chat's own pages may read answers",
    ),
    "unexpected_logged": (
        "erreur inattendue ; le détail est dans le terminal du serveur",
        "unexpected error; the detail is in the server's terminal",
    ),
    "extra_missing": (
        "{command} : paquets absents ; pour les installer : pip install 'depeches-qa[{extra}]'",
        "{command}: packages missing; install them with: pip install 'depeches-qa[{extra}]'",
    ),
    # files
    "file": ("{path} : {reason}", "{path}: {reason}"),
    "file_missing": ("ni fichier ni dossier de ce nom", "no such file or folder"),
    "file_large": (
        "trop grand pour une dépêche ({size} octets > {most})",
        "too large for a dispatch ({size} bytes > {most})",
    ),
    "file_name": ("nom de fichier qui n'est pas de l'UTF-8", "file name that is not UTF-8"),
    "file_elsewhere": (
        "hors du dossier du chat ({folder}) ; retirez ce fichier vous-même, puis qa index --prune",
        "outside the chat's folder ({folder}); remove the file yourself, then qa index --prune",
    ),
    "file_kind": ("fichiers {suffixes} attendus", "expected {suffixes} files"),
    "file_empty": ("fichier vide", "empty file"),
    "file_no_text": ("aucun texte dans ce fichier", "no text in this file"),
    "file_utf16": (
        "texte UTF-16 ; UTF-8, cp1252 ou latin-1 attendu",
        "UTF-16 text; expected UTF-8, cp1252 or latin-1",
    ),
    "file_binary": ("fichier binaire, pas du texte", "binary file, not text"),
    "file_encoding": (
        "encodage inconnu ou fichier binaire ; UTF-8, cp1252 ou latin-1 attendu",
        "unknown encoding or binary file; expected UTF-8, cp1252 or latin-1",
    ),
    "no_dispatches": (
        "{paths} : aucune dépêche trouvée (fichiers {suffixes})",
        "{paths}: no dispatch found ({suffixes} files)",
    ),
    # index
    "no_index": (
        "{folder} : pas d'index ici ; pour en faire un : qa index CHEMIN --index {folder}",
        "{folder}: no index here; make one with: qa index PATH --index {folder}",
    ),
    "index_mismatch": (
        "{folder} : index fait avec l'encodeur {made}, mais l'encodeur en service est {spec} ; "
        "pour le refaire : qa index --rebuild --index {folder}{option} ; sinon, un autre dossier ou "
        "l'encodeur d'origine (--index, --encoder)",
        "{folder}: index made with encoder {made}, but the encoder in use is {spec}; "
        "make it again with: qa index --rebuild --index {folder}{option}; or name another folder or the "
        "encoder it was made with (--index, --encoder)",
    ),
    "index_splitter": (
        "{folder} : index découpé avec {made}, réglage en service {now} ; "
        "pour le refaire : qa index --rebuild --index {folder}",
        "{folder}: index split with {made}, setting in use {now}; "
        "make it again with: qa index --rebuild --index {folder}",
    ),
    "index_schema": (
        "{path} : schéma {found}, ce programme lit le schéma {known} ; "
        "pour refaire l'index : qa index --rebuild --index {folder}",
        "{path}: schema {found}, this program reads schema {known}; "
        "make the index again with: qa index --rebuild --index {folder}",
    ),
    "index_damaged": (
        "{path} : {reason} ; pour refaire l'index : qa index CHEMIN --rebuild --index {folder}",
        "{path}: {reason}; make the index again with: qa index PATH --rebuild --index {folder}",
    ),
    "index_locked": (
        "{folder} : une autre indexation est en cours (processus {pid}) ; réessayez quand elle aura fini",
        "{folder}: another indexing is running (process {pid}); try again when it is done",
    ),
    "index_path": (
        "{folder} : ce chemin n'est pas un dossier d'index",
        "{folder}: this path is not an index folder",
    ),
    "storage": ("{path} : {reason}", "{path}: {reason}"),
    "disk_full": (
        "disque plein ; ce qui était enregistré le reste",
        "disk full; what was stored already stays",
    ),
    "denied": ("accès refusé", "permission denied"),
    # time
    "open_end": ("depuis {date}", "since {date}"),
    "open_start": ("jusqu'à {date}", "until {date}"),
    "resolved": ("{value}, dépêche {date}", "{value}, dispatch {date}"),
    "told": ("{date} : « {text} » ({source})", "{date}: “{text}” ({source})"),
    "told_same": ("Dit de même {now}", "Said likewise {now}"),
    "told_refined": ("Précisé {now}", "Made more exact {now}"),
    "told_superseded": ("Changé {now}", "Changed {now}"),
    "told_contradicted": ("Deux dépêches se contredisent {now}", "Dispatches contradict each other {now}"),
    "in_month": ("en {date}", "in {date}"),
    "on_day": ("le {date}", "on {date}"),
    "asked_time": ("Période comprise : {text} → {value}", "Period understood: {text} → {value}"),
    "no_events": ("Aucun fait daté dans les dépêches.", "No dated statement in the dispatches."),
    "planned": ("prévu", "planned"),
    "export_suffix": (
        "{path} : suffixe {suffix!r} inconnu ; attendu : {known}",
        "{path}: unknown suffix {suffix!r}; expected: {known}",
    ),
    # settings file
    "settings_key": ("réglage inconnu {name} (connus : {known})", "unknown setting {name} (known: {known})"),
    "settings_value": ("valeur de {name} inattendue : {value}", "unexpected value of {name}: {value}"),
    # models and evaluation
    "model_not_fetched": (
        "{name} : ni dossier de ce nom, ni modèle qui ait pu être téléchargé ; sans --encoder ni --reader, "
        "les modèles livrés marchent hors ligne",
        "{name}: no folder of this name, and no model that could be fetched; without --encoder and --reader "
        "the shipped models work offline",
    ),
    "uncalibrated": (
        "avec ces modèles la confiance n'est pas mesurée : seuls les modèles livrés sont calibrés",
        "confidence is not measured with these models: only the shipped ones are calibrated",
    ),
    "model": ("modèle inutilisable : {detail}", "model not usable: {detail}"),
    "citation": (
        "citation refusée : le texte de {source} à {start}-{end} n'est pas la réponse",
        "citation refused: the text of {source} at {start}-{end} is not the answer",
    ),
    "question_set": ("{detail}", "{detail}"),
    "port_busy": ("port {port} déjà pris sur {host}", "port {port} is taken on {host}"),
    # command line
    "seeds_indexed": (
        "Pas encore d'index : je lis les dépêches fournies ({folder})…",
        "No index yet: reading the shipped dispatches ({folder})…",
    ),
    "chat_open": (
        "Le chat est ouvert : {address} (Ctrl+C pour l’arrêter)",
        "The chat is open: {address} (Ctrl+C to stop it)",
    ),
    "no_answer": ("Aucune réponse dans les dépêches.", "No answer in the dispatches."),
    "no_sure_answer": (
        "Pas de réponse assez sûre dans les dépêches.",
        "No answer that is sure enough in the dispatches.",
    ),
    "why_empty_index": ("L'index ne contient aucune dépêche.", "The index holds no dispatch."),
    "why_no_passage": (
        "Aucun passage ne correspond (période, source ?).",
        "No passage matches (period, source?).",
    ),
    "why_no_name": (
        "Aucune des dépêches trouvées ne parle de : {names}.",
        "None of the dispatches found speaks of: {names}.",
    ),
    "why_no_answer_found": (
        "Les passages les plus proches ne répondent pas à la question.",
        "The nearest passages do not answer the question.",
    ),
    "why_below_threshold": (
        "La meilleure piste n'est pas assez sûre.",
        "The best candidate is not certain enough.",
    ),
    "nearest": ("Passages les plus proches :", "Nearest passages:"),
    "others": ("Autres réponses possibles :", "Other possible answers:"),
    "paragraph": ("paragraphe {n}", "paragraph {n}"),
    "at_time": ("à {hour} h {minute:02d}", "at {hour}:{minute:02d}"),
    "undated": ("sans date", "undated"),
    "confidence": ("confiance {percent} %", "confidence {percent}%"),
    "nothing_found": ("Aucun passage.", "No passage."),
    "indexing": ("Indexation", "Indexing"),
    "report": (
        "{added} ajoutée(s), {replaced} remplacée(s), {unchanged} inchangée(s), {removed} retirée(s), "
        "{failed} en échec ; {embedded} passage(s) calculé(s) en {seconds:.1f} s.",
        "{added} added, {replaced} replaced, {unchanged} unchanged, {removed} removed, "
        "{failed} failed; {embedded} passage(s) embedded in {seconds:.1f} s.",
    ),
    "not_indexed": ("non indexé : {path} : {reason}", "not indexed: {path}: {reason}"),
    "status_folder": ("Index", "Index"),
    "status_dispatches": ("Dépêches", "Dispatches"),
    "status_passages": ("Passages", "Passages"),
    "status_dates": ("Dates", "Dates"),
    "status_encoder": ("Encodeur", "Encoder"),
    "status_reader": ("Lecteur", "Reader"),
    "status_size": ("Taille", "Size"),
    "status_health": ("État", "Health"),
    "vectors_unreadable": (
        "index vectoriel illisible ({reason}) ; servi depuis l'archive, refait au prochain qa index",
        "vector index unreadable ({reason}); served from the archive, made again by the next qa index",
    ),
    "lexical_unreadable": (
        "index des mots illisible ({reason}) ; refait au prochain qa index",
        "index of words unreadable ({reason}); made again by the next qa index",
    ),
    "checksum_differs": ("somme de contrôle différente", "checksum differs"),
    "other_archive": ("fait d'une autre archive", "made from another archive"),
    "passages_without_vector": ("{n} passage(s) sans vecteur", "{n} passage(s) without a vector"),
    "healthy": ("sain", "sound"),
    "unexpected": ("erreur inattendue : {detail}", "unexpected error: {detail}"),
    "watching": ("dossiers suivis : {paths} (Ctrl+C pour finir)", "following {paths} (Ctrl+C to end)"),
    "interrupted": (
        "Interrompu ; ce qui était déjà enregistré le reste.",
        "Interrupted; what was stored already stays.",
    ),
}


def use(language: Language) -> None:
    """Set the language of this process."""
    global _current
    _current = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use a language within this block of this thread or task, whatever others use."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def current() -> Language:
    """The language in use."""
    return _spoken.get() or _current


def say(key: str, **values: object) -> str:
    """The message under ``key`` in the current language. Raises KeyError for an unknown key."""
    return TABLE[key][LANGUAGES.index(current())].format(**values)


def from_locale() -> Language:
    """English when the environment's locale is an English one of a place, else French.

    ``C``, ``POSIX`` and ``C.UTF-8`` say nothing about the user.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


def os_reason(error: OSError) -> str:
    """Why the system refused, in the current language where it is a common reason."""
    key = {
        errno.ENOSPC: "disk_full",
        errno.EACCES: "denied",
        errno.EPERM: "denied",
        errno.ENOENT: "file_missing",
    }
    return say(key[error.errno]) if error.errno in key else (error.strerror or str(error))
