"""The pure engine: a scheme, a roster and marks in; an explained result out. No input or output, clock or chance."""
