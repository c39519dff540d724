"""The chat in the browser: the only package, with ``app``, that imports gradio.

``serving`` (start, language and policy of every page), ``page`` (what is where), ``handlers``, ``shelf`` and
``quality`` (what the events of the three tabs call), ``chat.js`` (reading a dispatch, copying, judging,
switching language), ``stream.js`` (no answer lost between two streams), ``theme``. What is shown is made by
``qa.rendering``; what is said stands in ``qa.wording``.
"""

import os

# Read by gradio and its hub client when they are imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
