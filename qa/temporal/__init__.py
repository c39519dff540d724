"""Time: expressions found in text, resolved against the dispatch they stand in, and what follows from it.

``values`` intervals; ``french``, ``english``, ``vietnamese`` the rules of each language; ``expressions``
finds and resolves; ``publication`` completes a dispatch's date; ``relations`` compares what dispatches say;
``history`` groups their answers; ``timeline`` puts dated statements in order.
"""
