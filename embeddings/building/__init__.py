"""How the default encoder is made: quarry -> cut vocabulary -> int8 ONNX.

Room of the builder: torch, transformers and onnx are allowed here, and nothing that answers a
question imports it. Run ``python -m embeddings.building --help``.
"""
