"""Coffee cupping: ten attributes, summed first and rounded last."""
