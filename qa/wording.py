"""What users of the chat read, in French and in English; errors and the terminal are in ``qa.messages``.

The language is the one in use (``qa.messages.current``). Called by ``qa.rendering``, ``qa.exporting`` and the
chat. A missing key is a programming error, found by a test.
"""

from __future__ import annotations

from qa.messages import LANGUAGES, Language, current

# key: (French, English)
TABLE: dict[str, tuple[str, str]] = {
    # page
    "title": ("Dépêches\u00a0: questions et réponses", "Dispatches: questions and answers"),
    "introduction": (
        "Chaque réponse est une citation littérale, montrée dans son paragraphe\u00a0; s’il n’y en a pas, le"
        " chat le dit.",
        "Every answer is a literal quotation, shown in its paragraph; if there is none, the chat says so.",
    ),
    "tab_questions": ("Questions", "Questions"),
    "tab_timeline": ("Chronologie", "Timeline"),
    "topic": ("Un sujet ou une question", "A topic or a question"),
    "topic_hint": ("Convention de Hanoï…", "Hanoi Convention…"),
    "show": ("Montrer", "Show"),
    "as_of": ("Ce qui était paru le", "What had been published by"),
    "as_of_date": ("à la date de {date}", "as of {date}"),
    "time_aside": ("sans la période de la question", "without the question’s period"),
    "drop_time": ("ne pas en tenir compte", "leave it aside"),
    "conversation": ("Conversation", "Conversation"),
    "question": ("Votre question", "Your question"),
    "question_hint": ("Votre question…", "Your question…"),
    "ask": ("Demander", "Ask"),
    "examples": ("Un exemple pour commencer", "An example to begin with"),
    "unexpected": (
        "Une erreur inattendue s’est produite\u00a0; le détail est dans le terminal.",
        "An unexpected error occurred; the details are in the terminal.",
    ),
    # how sure
    "very_sure": ("très sûre", "very likely right"),
    "quite_sure": ("assez sûre", "probably right"),
    "to_check": ("à vérifier", "to be checked"),
    "unsure": ("peu sûre", "unlikely"),
    "answer_is": ("réponse {sure}", "{sure}"),
    "withheld_is": ("abstention {sure}", "withholding {sure}"),
    "answer_probability": (
        "Probabilité que cette réponse soit juste\u00a0: {percent}",
        "Probability that this answer is right: {percent}",
    ),
    "withheld_probability": (
        "Probabilité que les dépêches n’y répondent pas\u00a0: {percent}",
        "Probability that the dispatches do not answer: {percent}",
    ),
    # the card
    "why_empty_index": ("L’index ne contient encore aucune dépêche.", "The index holds no dispatch yet."),
    "why_no_passage": (
        "Aucune dépêche ne correspond aux filtres.",
        "No dispatch matches the filters.",
    ),
    "why_no_name": (
        "Aucune des dépêches trouvées ne parle de\u00a0: {names}.",
        "None of the dispatches found speaks of: {names}.",
    ),
    "why_no_answer_found": (
        "Des passages s’en approchent, mais aucun n’y répond.",
        "Some passages come near, but none answers it.",
    ),
    "why_below_threshold": (
        "Les réponses possibles sont trop incertaines pour être affirmées.",
        "The possible answers are too uncertain to be stated.",
    ),
    "searched": ("Cherché dans {where}\u00a0: {read}.", "Searched {where}: {read}."),
    "everywhere": ("toutes les dépêches", "all dispatches"),
    "in_period": ("les dépêches parues {period}", "dispatches published {period}"),
    "read": ("{passages} de {dispatches}", "{passages} of {dispatches}"),
    "nearest": ("Les passages les plus proches", "The nearest passages"),
    "elsewhere": ("Dit aussi ailleurs ({n})", "Also said elsewhere ({n})"),
    "others": ("Autres réponses possibles ({n})", "Other possible answers ({n})"),
    "uncertain": ("Pistes non confirmées ({n})", "Unconfirmed leads ({n})"),
    "uncertain_note": (
        "Trop peu sûres pour être des réponses\u00a0: à vérifier dans la dépêche.",
        "Not certain enough to be answers: check them in the dispatch.",
    ),
    "ask_otherwise": ("Poser la question autrement", "Asking otherwise"),
    "advice_name": (
        "Nommez la personne, le lieu ou l’organisation, comme une dépêche les nommerait.",
        "Name the person, the place or the organisation as a dispatch would.",
    ),
    "advice_one": (
        "Demandez une seule chose, avec qui, quand, où ou combien.",
        "Ask for one thing, with who, when, where or how many.",
    ),
    "advice_words": (
        "Essayez d’autres mots\u00a0: un synonyme, un sigle développé.",
        "Try other words: a synonym, an acronym spelt out.",
    ),
    "advice_period": (
        "Élargissez la période ou retirez-la (Filtres).",
        "Widen the period or remove it (Filters).",
    ),
    "advice_source": (
        "Retirez la source ou n’en gardez qu’une partie (Filtres).",
        "Remove the source or keep part of it (Filters).",
    ),
    "advice_more": ("Retenez davantage de passages (Filtres).", "Have more passages considered (Filters)."),
    "advice_threshold": ("Abaissez le seuil (Filtres).", "Lower the threshold (Filters)."),
    "advice_add": ("Ajoutez des dépêches dans l’onglet Dépêches.", "Add dispatches in the Dispatches tab."),
    "place": (
        "paragraphe {n}, caractères {start} à {end}",
        "paragraph {n}, characters {start} to {end}",
    ),
    "paragraph": ("paragraphe {n}", "paragraph {n}"),
    "header_line": ("en-tête", "header"),
    "see_dispatch": ("Voir la dépêche", "Read the dispatch"),
    "see_dispatch_of": ("Voir la dépêche\u00a0: {title}", "Read the dispatch: {title}"),
    "copy_quotation": ("Copier la citation", "Copy the quotation"),
    "copy_link": ("Copier le lien", "Copy the link"),
    "copied": ("Copié", "Copied"),
    "not_copied": ("Le navigateur refuse la copie", "The browser refuses to copy"),
    "quotation": ("«\u00a0{quote}\u00a0», {reference}", "“{quote}”, {reference}"),
    "said_answer": ("Réponse\u00a0: {answer} ({sure})", "Answer: {answer} ({sure})"),
    # a question that goes on with the conversation
    "understood_as": ("Compris comme\u00a0: {question}", "Understood as: {question}"),
    "edit_question": ("Modifier", "Edit"),
    "ask_as_typed": ("Poser telle quelle", "Ask as typed"),
    # the dispatch
    "close": ("Fermer", "Close"),
    "dispatch_gone": ("Cette dépêche n’est plus dans l’index.", "This dispatch is no longer in the index."),
    "cut": ("Texte abrégé\u00a0: {shown} sur {all}.", "Text cut: {shown} of {all}."),
    # the conversation as a document
    "export": ("Exporter\u00a0:", "Export:"),
    "export_name": ("conversation", "conversation"),
    "column_question": ("question", "question"),
    "column_filters": ("filtres", "filters"),
    "column_answer": ("réponse", "answer"),
    "column_probability": ("probabilité", "probability"),
    "column_reference": ("référence", "reference"),
    "column_dispatch_title": ("titre", "title"),
    "column_date": ("date", "date"),
    "column_file": ("fichier", "file"),
    "column_paragraph_number": ("paragraphe", "paragraph"),
    "column_start": ("début", "start"),
    "column_end": ("fin", "end"),
    "column_cited_paragraph": ("texte du paragraphe", "text of the paragraph"),
    "column_remark": ("remarque", "remark"),
    # the index
    "no_dispatch": ("Aucune dépêche", "No dispatch"),
    "since_day": ("du {start}", "from {start}"),
    "since_vowel": ("d’{start}", "from {start}"),
    "since_other": ("de {start}", "from {start}"),
    "until_day": ("au {end}", "to {end}"),
    "until_other": ("à {end}", "to {end}"),
    "reading_folder": ("Lecture du dossier…", "Reading the folder…"),
    "done_of": ("{done} sur {total}", "{done} of {total}"),
    "up_to_date": ("Index à jour\u00a0: {what}.", "Index up to date: {what}."),
    "nothing": ("aucune dépêche", "no dispatch"),
    "failed_file": ("{path}\u00a0: {reason}", "{path}: {reason}"),
    "renew": ("Mettre à jour l’index", "Update the index"),
    # the dispatches
    "tab_dispatches": ("Dépêches", "Dispatches"),
    "words_wanted": ("Mots", "Words"),
    "list": ("Chercher", "Search"),
    "previous": ("Précédentes", "Previous"),
    "next": ("Suivantes", "Next"),
    "listed": ("{first} à {last} sur {total}", "{first} to {last} of {total}"),
    "none_listed": ("Aucune dépêche ne correspond.", "No dispatch matches."),
    "add_files": ("Ajouter des dépêches (fichiers .txt)", "Add dispatches (.txt files)"),
    "add": ("Ajouter à l’index", "Add to the index"),
    "already_there": ("déjà dans le dossier", "already in the folder"),
    "renamed": ("renommée\u00a0: {name} existe déjà", "renamed: {name} is taken"),
    "remove": ("Retirer", "Remove"),
    "remove_this": ("Retirer la dépêche\u00a0: {title}", "Remove the dispatch: {title}"),
    "confirm_remove": (
        "Retirer «\u00a0{title}\u00a0»\u00a0? Son fichier va dans le dossier .corbeille.",
        "Remove “{title}”? Its file goes to the folder .corbeille.",
    ),
    # quality
    "tab_quality": ("Qualité", "Quality"),
    "is_it_right": ("Est-ce juste\u00a0?", "Is this right?"),
    "right": ("Oui", "Yes"),
    "wrong": ("Non", "No"),
    "better": ("La bonne réponse (facultatif)", "The right answer (optional)"),
    "unanswerable": ("Les dépêches n’y répondent pas", "The dispatches do not answer it"),
    "save": ("Enregistrer", "Save"),
    "thanks": ("Noté.", "Noted."),
    "turn_gone": (
        "Le serveur a oublié cette conversation\u00a0: posez la question à nouveau.",
        "The server has forgotten this conversation: ask the question again.",
    ),
    "no_report": (
        "Pas encore de rapport d’évaluation. Pour en faire un\u00a0: qa eval QUESTIONS.jsonl --report"
        " {folder}",
        "No evaluation report yet. To make one: qa eval QUESTIONS.jsonl --report {folder}",
    ),
    "worst_errors": ("Erreurs les plus graves ({n})", "Worst errors ({n})"),
    "expected": ("Attendu", "Expected"),
    "given": ("Donné", "Given"),
    "nothing_expected": ("aucune réponse dans les dépêches", "no answer in the dispatches"),
    "withheld_plainly": ("abstention", "withheld"),
    "withheld_best": ("abstention\u00a0; trouvé\u00a0: «\u00a0{best}\u00a0»", "withheld; found: “{best}”"),
    "confidence": ("confiance {percent}", "confidence {percent}"),
    "report_in": ("Rapport entier\u00a0: {folder}/report.html", "Whole report: {folder}/report.html"),
    "judged_so_far": (
        "{all}, dont {right} favorables, dans {path}",
        "{all}, {right} of them favourable, in {path}",
    ),
    "export_judgements": ("Exporter en jeu de questions", "Export as a question set"),
    "figure_questions": ("Questions", "Questions"),
    "figure_f1": ("F1 (avec réponse)", "F1 (answerable)"),
    "figure_em": ("Réponse exacte (avec réponse)", "Exact match (answerable)"),
    "figure_withheld_right": ("Abstention quand il n’y a pas de réponse", "Withheld when there is no answer"),
    "figure_citation_accuracy": ("Bonne dépêche citée", "Right dispatch cited"),
    "figure_recall_5": ("Passage trouvé dans les 5 premiers", "Passage among the first 5"),
    "figure_calibration_error": ("Écart de la confiance (ECE)", "Calibration error (ECE)"),
    "figure_median_ms": ("Durée médiane (ms)", "Median time (ms)"),
    "plot_reliability": (
        "Fiabilité\u00a0: part juste selon la confiance annoncée",
        "Reliability: share right by the confidence stated",
    ),
    "plot_risk": (
        "Risque\u00a0: part fausse des réponses selon la part des questions répondues",
        "Risk: share wrong among the answers by the share of questions answered",
    ),
    # filters
    "filters": ("Filtres", "Filters"),
    "filters_on": ("Filtres actifs\u00a0: {what}", "Filters on: {what}"),
    "since": ("Parues depuis", "Published since"),
    "until": ("Parues jusqu’à", "Published until"),
    "date_hint": ("p.\u00a0ex. 2025-05", "e.g. 2025-05"),
    "source": ("Source", "Source"),
    "source_hint": ("p.\u00a0ex. afp/", "e.g. afp/"),
    "from_source": ("source «\u00a0{source}\u00a0»", "source “{source}”"),
    "passages_read": ("Passages retenus", "Passages considered"),
    "threshold": ("Probabilité minimale (%)", "Least probability (%)"),
    "reset": ("Réinitialiser", "Reset"),
    "period_since": ("depuis {since}", "since {since}"),
    "period_until": ("jusqu’à {until}", "until {until}"),
    "at_least": ("au moins {percent}", "at least {percent}"),
}

# noun (and adjectives that agree with it): (French singular, plural), (English singular, plural)
NOUNS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "dispatch": (("dépêche", "dépêches"), ("dispatch", "dispatches")),
    "added": (("dépêche ajoutée", "dépêches ajoutées"), ("dispatch added", "dispatches added")),
    "replaced": (("dépêche remplacée", "dépêches remplacées"), ("dispatch replaced", "dispatches replaced")),
    "unchanged": (
        ("dépêche inchangée", "dépêches inchangées"),
        ("dispatch unchanged", "dispatches unchanged"),
    ),
    "removed": (("dépêche retirée", "dépêches retirées"), ("dispatch removed", "dispatches removed")),
    "failure": (("échec", "échecs"), ("failure", "failures")),
    "judgement": (("avis", "avis"), ("judgement", "judgements")),
    "character": (("caractère", "caractères"), ("character", "characters")),
    "passage": (("passage retenu", "passages retenus"), ("passage considered", "passages considered")),
    "paragraph": (("paragraphe", "paragraphes"), ("paragraph", "paragraphs")),
}


def word(key: str, /, **values: object) -> str:
    """The wording under ``key`` in the current language."""
    return TABLE[key][LANGUAGES.index(current())].format(**values)


def counted(number: int, noun: str) -> str:
    """``2 dépêches ajoutées``; French has the plural from two on, English for all but one."""
    many = number >= 2 if current() == "fr" else number != 1
    return f"{grouped(number)} {NOUNS[noun][LANGUAGES.index(current())][many]}"


def grouped(number: int) -> str:
    """A number with its thousands apart: ``100 000`` (narrow spaces), ``100,000``."""
    return f"{number:,}".replace(",", "\u202f" if current() == "fr" else ",")


def share(value: float) -> str:
    """A measured share to a tenth: ``75,0 %`` or ``75.0%``."""
    number = f"{100 * value:.1f}"
    return f"{number.replace('.', ',')}\u202f%" if current() == "fr" else f"{number}%"


def percent(probability: float) -> str:
    """A probability as ``97 %`` or ``97%``. Rounding never makes a doubt a certainty."""
    number = min(max(round(100 * probability), 1), 99)
    return f"{number}\u202f%" if current() == "fr" else f"{number}%"


def translations() -> dict[Language, dict[str, str]]:
    """Both languages apart: what an interface that translates in the browser is given."""
    return {language: {key: texts[n] for key, texts in TABLE.items()} for n, language in enumerate(LANGUAGES)}
