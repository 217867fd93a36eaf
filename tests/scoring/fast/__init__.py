"""The vector kernels against plain Fractions."""
