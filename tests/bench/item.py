"""Runs one function of a bench with Django ready: ``python -m tests.bench.item t1 main``."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pixstudio.settings")
    django.setup()
    getattr(import_module(f"tests.bench.{sys.argv[1]}"), sys.argv[2])(*sys.argv[3:])
