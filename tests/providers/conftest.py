import pytest

from generations.providers import transport
from generations.providers.registry import ADAPTERS
from generations.sandbox.server import Sandbox
from tests.providers.accounts import Desk
from tests.providers.stub import Stub


@pytest.fixture
def stub():
    server = Stub().start()
    yield server
    transport.close()
    server.stop()


@pytest.fixture
def impatient(monkeypatch):
    """Time-outs of a test's length, in seconds."""
    monkeypatch.setattr(transport, "CONNECT_S", 0.3)
    monkeypatch.setattr(transport, "LOOK_S", 0.2)
    monkeypatch.setattr(transport, "SUBMIT_S", 0.2)


@pytest.fixture(scope="session")
def desks(tmp_path_factory):
    """An account of each provider; from then on nothing is drawn, for nothing is looked at."""
    with Sandbox(port=0, speed=1000, data_dir=tmp_path_factory.mktemp("desks")) as sandbox:
        made = {name: Desk(sandbox, name) for name in ADAPTERS}
        sandbox.world.studio.do = lambda *_: None
        yield made
        transport.close()
