"""Gradio's theme: system fonts only (a web font would be a call to another machine), one accent colour."""

from __future__ import annotations

import gradio as gr

_ACCENT, _ACCENT_OVER = "#2f5368", "#24424f"
_ACCENT_DARK, _ACCENT_DARK_OVER = "#3f6b83", "#4a7a94"


def theme() -> gr.themes.Base:
    """Sober: paper, ink, slate blue."""
    base = gr.themes.Base(
        neutral_hue="stone",
        text_size="lg",
        font=("system-ui", "sans-serif"),
        font_mono=("ui-monospace", "monospace"),
    )
    return base.set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#191715",
        body_text_color_subdued="#5c6066",
        body_text_color_subdued_dark="#aba79f",
        block_label_text_color="#3b3e44",
        block_label_text_color_dark="#d8d4cc",
        block_title_text_weight="500",
        block_background_fill="transparent",
        block_border_width="0",
        block_shadow="none",
        input_background_fill="#ffffff",
        input_background_fill_dark="#211f1c",
        input_border_width="1px",
        input_border_color="#8d8a82",
        input_border_color_dark="#7a766e",
        input_placeholder_color="#6b6f76",
        input_placeholder_color_dark="#a19d95",
        button_primary_background_fill=_ACCENT,
        button_primary_background_fill_hover=_ACCENT_OVER,
        button_primary_background_fill_dark=_ACCENT_DARK,
        button_primary_background_fill_hover_dark=_ACCENT_DARK_OVER,
        button_primary_text_color="white",
        slider_color=_ACCENT,
        slider_color_dark="#7fb0c9",
    )
