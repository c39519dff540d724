"""The chat in the browser: the only package, with ``app``, that imports gradio.

``serving`` (start, language and policy of every page), ``page`` (what is where), ``handlers`` (what events
call), ``chat.js`` (reading a dispatch, copying, switching language). What is shown is made by
``qa.rendering``; what is said stands in ``qa.wording``.
"""
