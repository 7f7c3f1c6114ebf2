"""Tests of xlperf.counting."""
