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
def impatient(monkeypatch, request):
    """Time-outs of a test's length, in seconds, where an answer does not come to its end.

    Any other comes, and on a busy machine not at once.
    """
    answer = getattr(request.node, "callspec", None) and request.node.callspec.params.get("answer")
    if answer is None or answer.how in ("silent", "endless", "cut"):
        for name in ("CONNECT_S", "LOOK_S", "SUBMIT_S"):
            monkeypatch.setattr(transport, name, 0.4)


@pytest.fixture(scope="session")
def desks(tmp_path_factory):
    """An account of each provider; from then on nothing is drawn, for nothing is looked at."""
    with Sandbox(port=0, speed=1000, data_dir=tmp_path_factory.mktemp("desks")) as sandbox:
        made = {name: Desk(sandbox, name) for name in ADAPTERS}
        sandbox.world.studio.do = lambda *_: None
        yield made
        transport.close()
