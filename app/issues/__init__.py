"""Problems and highlights found on site."""
