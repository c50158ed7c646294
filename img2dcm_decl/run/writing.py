"""An object written front to back: what precedes Pixel Data, the frames copied from their files, what follows."""

from __future__ import annotations

from img2dcm_decl.run.encapsulated import write_encapsulated
from img2dcm_decl.run.gathering import Gathering
from img2dcm_decl.run.native import write_native

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io

    from img2dcm_decl.run.frames import Frames


def write_object(frames: Frames | None, head: bytes, tail: bytes, sink: io.RawIOBase, *, processes: int = 1) -> None:
    """Write an object.

    Parameters
    ----------
    frames : Frames or None
        The frames of Pixel Data; None where a key has given it, or there is none.
    head, tail : bytes
        The rest of the file.
    sink : raw binary file
        Where it is written.
    processes : int
        How many processes may be used; large native pixels and many frames are written by two.

    Raises
    ------
    ImageError
        An image changed while it was copied, or has a defect that only its pixels show.
    OSError
        The system does not take it.
    """
    with Gathering(sink) as gathering:
        gathering.add(head)
        if frames is None:
            pass
        elif frames.facts.compressed:
            write_encapsulated(frames, gathering, sink, processes)
        else:
            write_native(frames, gathering, sink, processes)
        gathering.add(tail)
