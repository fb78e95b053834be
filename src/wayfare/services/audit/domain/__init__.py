"""The chain, its checkpoints and what verifying them means."""
