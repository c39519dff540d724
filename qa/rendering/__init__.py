"""Values as HTML, in the language in use: what the chat shows, without the chat.

``text`` (escaping, how sure), ``card`` (question, answer, abstention), ``dispatch`` (a whole dispatch with
the span marked), ``state`` (the index and its renewal), ``style.css``.

Promises: every text that comes from a dispatch, a file name or a user is escaped; the span is marked by its
offsets and never by searching for it; each function returns one line, without a line feed, so that a Markdown
renderer takes it for one block of HTML and leaves it alone. Knows nothing of gradio.
"""
