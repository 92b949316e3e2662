"""What a creator wants to do, in plain words: ten intents, and the operations behind each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from generations.catalogue.types import Operation

# Intent -> operations, in the order of the form.
MODES: dict[str, tuple[str, ...]] = {
    "text": (Operation.TEXT_TO_VIDEO.value,),
    "image": (Operation.IMAGE_TO_VIDEO.value,),
    "between": (Operation.TRANSITION.value, Operation.MULTI_TRANSITION.value),
    "combine": (Operation.FUSION.value,),
    "continue": (Operation.EXTEND.value,),
    "change": (
        Operation.MODIFY.value,
        Operation.RESTYLE.value,
        Operation.SWAP.value,
        Operation.MOTION_CONTROL.value,
        Operation.UPSCALE.value,
    ),
    "speak": (Operation.LIP_SYNC.value, Operation.AVATAR.value),
    "sound": (Operation.SOUND_EFFECT.value,),
    "effect": (Operation.TEMPLATE.value,),
    "picture": (Operation.IMAGE.value, Operation.IMAGE_TEMPLATE.value),
}
# What people read, and the icon beside it.
SHOWN = {
    "text": ("From text", "text-caption"),
    "image": ("From an image", "photo"),
    "between": ("Between images", "transition-right"),
    "combine": ("Combine", "stack-2"),
    "continue": ("Continue", "player-track-next"),
    "change": ("Change a video", "wand"),
    "speak": ("Speak", "microphone"),
    "sound": ("Sound", "volume"),
    "effect": ("Effect", "sparkles"),
    "picture": ("Picture", "photo-plus"),
}
WORDS = {
    "text_to_video": "From text",
    "image_to_video": "From an image",
    "transition": "Two images",
    "multi_transition": "Several images",
    "fusion": "Combine",
    "extend": "Continue",
    "modify": "Describe the change",
    "restyle": "Restyle",
    "swap": "Swap something",
    "motion_control": "Copy a motion",
    "upscale": "Upscale",
    "lip_sync": "Move lips",
    "avatar": "Talking picture",
    "sound_effect": "Sound",
    "template": "Effect",
    "image": "Picture",
    "image_template": "Picture effect",
}
PLACEHOLDERS = {
    "text_to_video": "What happens in the clip: subject, movement, light, camera",
    "image_to_video": "What happens from this picture on: movement, light, camera",
    "transition": "How the first picture becomes the last one",
    "fusion": "What happens, with each reference by its name: @robot walks into @city",
    "extend": "What happens next",
    "modify": "What to change: the coat becomes red, it starts to snow",
    "restyle": "The style to give it: watercolour, claymation, black and white film",
    "template": "More about the effect, if it takes words",
    "image": "What is in the picture: subject, setting, light, style",
    "image_template": "More about the effect, if it takes words",
}
UNSAID = {
    "image": "Write what should be in the picture.",
    "modify": "Write what should change.",
    "extend": "Write what should happen next.",
}
# Where a file goes that the form at hand does not take, by its kind.
HOMES = {"image": "image_to_video", "video": "modify", "audio": "lip_sync"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio of the switch; ``offered`` is False where no account that is on can do it."""

    value: str
    label: str
    icon: str
    chosen: bool
    offered: bool


def mode_of(operation: str) -> str:
    """The intent behind an operation; "text" for an unknown one."""
    return next((mode for mode, ours in MODES.items() if operation in ours), "text")


def operation_of(mode: str, operation: str, last: str, offered: frozenset[str]) -> str:
    """The operation to draw: of the chosen mode the one told, else the last one, else the first.

    ``mode`` stands before ``operation``: it is what was pressed last where they do not fit.
    """
    ours = MODES.get(mode) or MODES[mode_of(operation)]
    if operation in ours:
        return operation
    if last in ours:
        return last
    return next((one for one in ours if one in offered), ours[0])


def home_of(kind: str, others: set[str], offered: frozenset[str]) -> str:
    """The operation that takes a file of this kind, beside files of the ``others``; "" if none."""
    wanted = "avatar" if kind == "audio" and others == {"image"} else HOMES.get(kind, "")
    ours = (wanted, *MODES[mode_of(wanted)]) if wanted else ()
    return next((one for one in ours if one in offered), "")


def modes(operation: str, offered: frozenset[str]) -> list[Choice]:
    """The first row: every intent."""
    chosen = mode_of(operation)
    return [
        Choice(mode, *SHOWN[mode], mode == chosen, bool(offered & set(ours)))
        for mode, ours in MODES.items()
    ]


def operations(operation: str, offered: frozenset[str]) -> list[Choice]:
    """The second row: the operations of the chosen intent."""
    return [
        Choice(one, WORDS[one], "", one == operation, one in offered)
        for one in MODES[mode_of(operation)]
    ]
