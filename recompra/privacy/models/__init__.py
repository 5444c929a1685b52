"""What a person may not be given or sent, what they agreed to and what they asked for. One file a subject."""

from recompra.privacy.models.block import Block

__all__ = ["Block"]
