"""Tests; their folders mirror the code."""
