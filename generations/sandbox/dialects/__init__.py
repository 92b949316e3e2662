"""One room per provider. A sixth provider is a new room and one line here."""

from generations.sandbox.dialects.base import Dialect
from generations.sandbox.dialects.easyrouter import EasyRouter
from generations.sandbox.dialects.pixazo import Pixazo
from generations.sandbox.dialects.pixverse import PixVerse
from generations.sandbox.dialects.useapi import UseApi
from generations.sandbox.dialects.worldrouter import WorldRouter

DIALECTS: tuple[type[Dialect], ...] = (PixVerse, WorldRouter, Pixazo, EasyRouter, UseApi)
