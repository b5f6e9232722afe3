"""A scene: a page of the shop in a state, and how it is looked at."""

from dataclasses import dataclass, field

from screenshots.states import STATES

ALL = ("narrow", "zoom", "contrast", "print", "arabic")


@dataclass(frozen=True)
class Scene:
    """`more` names what it is looked at in besides; `press` is the button whose answer is looked at
    instead, once the fields of `typed` are filled in."""

    name: str
    path: str
    cookie: dict = field(default_factory=dict)
    more: tuple = ()
    status: int = 200
    press: str = ""
    typed: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.name not in STATES:
            raise ValueError(f"{self.name} is no state that states.py knows")
