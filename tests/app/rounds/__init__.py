"""Tests of rounds: who is marked in which, who goes on, and what is told of it when."""
