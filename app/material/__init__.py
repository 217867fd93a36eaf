"""Material that units hand in, and that judges mark at a desk."""
