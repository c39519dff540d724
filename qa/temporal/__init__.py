"""Time: expressions found in text, resolved against the dispatch they stand in, and what follows from it.

Finding: ``values`` intervals; ``rules`` what a rule is; ``resolving`` what it means; ``french``, ``english``,
``vietnamese`` the rules; ``expressions`` finds and resolves; ``vague`` what has no date;
``publication`` completes a dispatch's date.
Answers: ``quantities``; ``relations`` compares two claims; ``statements`` finds what other passages say;
``history`` settles which is current. Questions: ``questions`` reads their period, ``steering`` follows it.
Timelines: ``timeline`` puts statements in order, ``export`` and ``picture`` give them away.
"""
