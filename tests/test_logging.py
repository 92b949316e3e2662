"""No key of any provider reaches a log: not in a message, an argument, a header or a traceback."""

import io
import logging

import pytest

from pixstudio.logging import Line, Redact, hide, redact

# Made up, in the shapes of the contract sheets.
KEYS = {
    "pixverse": "sk-0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "worldrouter": "wr_live_9f8e7d6c5b4a39281706",
    "pixazo": "00112233445566778899aabbccddeeff",
    "easyrouter": "sk-proj-AbCdEf0123456789",
    "useapi": "user:4711-Zz9Yy8Xx7Ww6",
}
HEADERS = {
    "pixverse": "API-KEY",
    "worldrouter": "Authorization",
    "pixazo": "Ocp-Apim-Subscription-Key",
    "easyrouter": "Authorization",
    "useapi": "Authorization",
}
SHAPES = [
    "{header}: {value}",
    "{{'{header}': '{value}'}}",
    '{{"{header}": "{value}"}}',
    "{{'{header}': b'{value}'}}",
    "[('{header}', '{value}')]",
    '{{\\"{header}\\": \\"{value}\\"}}',
    "https://provider.example/v1?api_key={key}&page=2",
]


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redact())
    handler.setFormatter(Line("{levelname} {message}", style="{"))
    logger = logging.getLogger("tests.redaction")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("provider", KEYS)
def test_a_header_is_never_printed(log, provider, shape):
    logger, stream = log
    key = KEYS[provider]
    value = f"Bearer {key}" if HEADERS[provider] == "Authorization" else key
    logger.warning("sent %s", shape.format(header=HEADERS[provider], value=value, key=key))
    assert key not in stream.getvalue()
    assert "[redacted]" in stream.getvalue()


@pytest.mark.parametrize("provider", KEYS)
def test_a_known_key_is_hidden_wherever_it_stands(log, provider):
    logger, stream = log
    hide(KEYS[provider])
    logger.warning("Invalid character in header value: %r", f" {KEYS[provider]}")
    assert KEYS[provider] not in stream.getvalue()


@pytest.mark.parametrize("provider", KEYS)
def test_a_traceback_and_its_causes_show_no_key(log, provider):
    logger, stream = log
    hide(KEYS[provider])
    try:
        try:
            raise ValueError(f"bad header {HEADERS[provider]}: {KEYS[provider]}")
        except ValueError as cause:
            raise RuntimeError(f"while using {KEYS[provider]!r}") from cause
    except RuntimeError:
        logger.exception("submitting failed", stack_info=True)
    text = stream.getvalue()
    assert KEYS[provider] not in text
    assert "RuntimeError" in text and "ValueError" in text


def test_a_traceback_that_another_handler_formatted_first_is_redacted_too(log):
    logger, stream = log
    other = logging.StreamHandler(io.StringIO())
    logger.handlers.insert(0, other)
    try:
        raise ValueError(f"api_key={KEYS['pixazo']}")
    except ValueError:
        logger.exception("failed")
    finally:
        logger.removeHandler(other)
    assert KEYS["pixazo"] not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "apiKey=0123456789ab",
        "webhook_secret='hunter2hunter2'",
        "password=correct-horse",
        "Cookie: sessionid=abcdef123",
    ],
)
def test_other_secrets_are_named(text):
    assert "[redacted]" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "generation 2f1c7a34-0d0e-4d3b-9a55-0d5f0a4f6c11 is running",
        "polled 12 of 40 in 31 ms",
        "GET /t/sample/providers/ 200",
        "the monkey: jumping for 5 s",
    ],
)
def test_plain_lines_stay_as_they_are(text):
    assert redact(text) == text


def test_a_slip_in_a_format_does_not_break_the_caller(log):
    logger, stream = log
    logger.warning("%d jobs", "many")
    assert "many" in stream.getvalue()


def test_short_words_are_not_taken_for_secrets():
    hide("ok")
    assert redact("ok, ok") == "ok, ok"


def test_what_is_wrong_with_a_key_is_no_key():
    said = "WorldRouter does not accept the key: invalid API key"
    assert redact(said) == said
    assert redact("the key: Missing") == "the key: Missing"
    for text in ("api_key: invalid", "key=invalid", "key: invalid1", "key: 'invalid'"):
        assert "[redacted]" in redact(text), text
    for text in ("password: invalid", "authorization: bearer invalid", "key: abcdefgh"):
        assert "[redacted]" in redact(text), text
