"""What every Embedder promises. Subclass in a test module and give ``embedder`` as a fixture."""

from __future__ import annotations

import numpy as np

from embeddings.embedder import Embedder

TEXTS = ["Le Vietnam a signé la convention.", "", "Hội nghị tại Hà Nội", "Le chat dort.", "mot " * 700]


class EmbedderContract:
    def test_rows_are_unit_float32_of_the_stated_dimension(self, embedder: Embedder):
        vectors = embedder.embed_passages(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.spec.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)

    def test_no_texts_give_no_rows(self, embedder: Embedder):
        assert embedder.embed_passages([]).shape == (0, embedder.spec.dimension)
        assert embedder.embed_queries([]).shape == (0, embedder.spec.dimension)

    def test_order_is_kept_whatever_the_lengths(self, embedder: Embedder):
        together = embedder.embed_passages(TEXTS)
        alone = np.concatenate([embedder.embed_passages([t]) for t in TEXTS])
        assert (together * alone).sum(axis=1).min() >= 0.99

    def test_a_question_is_nearest_to_the_passage_that_shares_its_subject(self, embedder: Embedder):
        query = embedder.embed_queries(["Qui a signé la convention au Vietnam ?"])
        assert int((embedder.embed_passages(TEXTS) @ query[0]).argmax()) == 0

    def test_the_background_is_one_vector_inside_the_unit_ball(self, embedder: Embedder):
        background = embedder.background
        assert background.shape == (embedder.spec.dimension,)
        assert background.dtype == np.float32
        assert np.linalg.norm(background) <= 1 + 1e-4

    def test_tokens_are_counted_for_the_text_alone(self, embedder: Embedder):
        assert embedder.count_tokens("") == 0
        assert embedder.count_tokens("mot " * 700) >= 700
