"""A brief that an offering must admit, made from what the catalogue says of it."""

from __future__ import annotations

from generations.catalogue.types import Brief, Input, InputSpec, Media, Offering, Value

MIME = {Media.IMAGE: "image/png", Media.VIDEO: "video/mp4", Media.AUDIO: "audio/mpeg"}
FREE_TEXT = {"speech": "Welcome aboard.", "sound": "soft rain"}


def sample_input(spec: InputSpec, number: int) -> Input:
    kind = Media(spec.kind)
    return Input(
        role=spec.role,
        upload=f"{spec.role}-{number}",
        mime=MIME[kind],
        size=100_000,
        width=640 if kind is not Media.AUDIO else 0,
        height=360 if kind is not Media.AUDIO else 0,
        kind=spec.kind,
        ms=0 if kind is Media.IMAGE else 5000,
        name=f"{spec.role}{number}" if spec.named else "",
        type=spec.types[0] if spec.types else "",
        clip="a-clip" if spec.own else "",
    )


def sample(offering: Offering, options: dict[str, Value] | None = None) -> Brief:
    """The smallest brief: least inputs, the first of each ``one_of``, ids from lists made up."""
    chosen = dict(options if options is not None else defaults(offering))
    inputs = [
        sample_input(spec, number)
        for spec in offering.inputs
        for number in range(1, spec.minimum + 1)
    ]
    prompt = "x" if offering.prompt == "required" else ""
    brief = Brief(offering.operation, offering.model, prompt, chosen, tuple(inputs))
    for names in offering.one_of:
        if not any(brief.has(name) for name in names):
            brief = give(offering, brief, names[0])
    references = [one.name for one in brief.inputs if one.name]
    if references and brief.prompt:
        prompt = " ".join(f"@{name} " for name in references) + "x"
        brief = Brief(brief.operation, brief.model, prompt, brief.options, brief.inputs)
    return brief


def give(offering: Offering, brief: Brief, name: str) -> Brief:
    """The brief with this input, option or prompt beside what it has."""
    spec = next((one for one in offering.inputs if one.role == name), None)
    inputs, options, prompt = brief.inputs, dict(brief.options), brief.prompt
    if spec is not None:
        inputs = (*inputs, sample_input(spec, 1))
    elif name == "prompt":
        prompt = "x"
    else:
        option = offering.options[name]
        options[name] = 1 if option.whole else FREE_TEXT.get(name, "1")
    return Brief(brief.operation, brief.model, prompt, options, inputs)


def defaults(offering: Offering) -> dict[str, Value]:
    return {name: one.default for name, one in offering.options.items() if one.default is not None}
