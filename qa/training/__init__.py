"""How our reader and its calibration are made (torch, transformers); imported by nothing else."""
