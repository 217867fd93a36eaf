"""What informs and never decides: exposure, agreement, flags, robustness, what-if. No rule imports this room."""
