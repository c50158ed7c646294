"""What can be seen of outputs before anything is written, across all plans of a command."""

from __future__ import annotations

import os

from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import UsageError
from img2dcm_decl.plan.locations import STDIO, is_url, join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from img2dcm_decl.plan.model import Plan


def streams(plans: Sequence[Plan]) -> bool:
    """Tell whether an object goes to standard output.

    Raises
    ------
    UsageError
        More than one would go there.
    """
    number = sum(planned.output == STDIO for plan in plans for planned in plan.objects)
    if number > 1:
        raise UsageError(f"standard output takes one object, but there are {number}")
    return number == 1


def check_apart(plans: Sequence[Plan]) -> None:
    """Check that several plans do not write the same files; a single one is checked when it is compiled.

    Raises
    ------
    UsageError
        Two of the plans write the same file.
    """
    if len(plans) < 2:
        return
    seen: dict[str, int] = {}
    for number, plan in enumerate(plans):
        for path in _files(plan):
            if seen.setdefault(path if is_url(path) else os.path.realpath(path), number) != number:
                raise UsageError(f"{shown(path)} would be written twice: two of the files given name it as an output")


def _files(plan: Plan) -> Iterator[str]:
    return (join(plan.folder, planned.output) for planned in plan.objects if planned.output != STDIO)
