"""Plans are run object by object; what cannot be converted is refused, and the others go on."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pydicom
import pytest
from images_made import bmp, jpeg
from PIL import Image
from pydicom.encaps import generate_frames, parse_basic_offsets
from support import outcomes_of

from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN, pad
from img2dcm_decl.encode.pixel_data import encapsulated_header, extended_lengths, extended_offsets, frame_offsets
from img2dcm_decl.errors import OutputError, PlanError
from img2dcm_decl.plan.model import Condition, Element, Encoding, Item, Plan, PlannedObject, Slot, Variant
from img2dcm_decl.run.runner import Job, Outcome
from img2dcm_decl.run.sources import Sources
from img2dcm_decl.run.uids import random_uid

SLOTS = {
    0x00080018: ("UI", Slot("uid_of_object", "SOPInstanceUID")),
    0x0020000D: ("UI", Slot("uid_of_run", "StudyInstanceUID")),
    0x00200013: ("IS", Slot("number", "5")),
    0x00280002: ("US", Slot("samples_per_pixel")),
    0x00280004: ("CS", Slot("photometric_interpretation")),
    0x00280006: ("US", Slot("planar_configuration")),
    0x00280008: ("IS", Slot("number_of_frames")),
    0x00280010: ("US", Slot("rows")),
    0x00280011: ("US", Slot("columns")),
    0x00280034: ("IS", Slot("pixel_aspect_ratio")),
    0x00280100: ("US", Slot("bits_allocated")),
    0x00280101: ("US", Slot("bits_stored")),
    0x00280102: ("US", Slot("high_bit")),
    0x00282110: ("CS", Slot("lossy")),
    0x00282112: ("DS", Slot("lossy_ratio")),
    0x00282114: ("CS", Slot("lossy_method")),
    0x7FE00010: ("OB", Slot("pixel_data")),
}
ELEMENTS = (
    Element(0x00080016, "UI", pad("UI", b"1.2.840.10008.5.1.4.1.1.7")),
    *(Element(tag, vr, slot) for tag, (vr, slot) in SLOTS.items()),
    Element(0x7FE10010, "LO", b"AFTER "),
)
ELEMENTS = (*ELEMENTS[:-2], Element(0x00280103, "US", b"\0\0"), *ELEMENTS[-2:])
ELEMENTS = tuple(sorted(ELEMENTS, key=lambda element: element.tag))


def plan(folder: Path, *objects: PlannedObject, **changes: Any) -> Plan:
    made = Plan(str(folder), (Variant((), "", ELEMENTS),), objects or (PlannedObject(("a.jpg",), "a.dcm"),))
    return made._replace(**changes)


def run(made: Plan, **options: Any) -> list[Outcome]:
    return list(outcomes_of(Job(made, **options)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(jpeg(dpi=(72, 72)))
    (tmp_path / "gray.jpg").write_bytes(jpeg(mode="L"))
    (tmp_path / "b.bmp").write_bytes(bmp())
    (tmp_path / "bad.jpg").write_bytes(b"not an image")
    return tmp_path


# --- pixel data -----------------------------------------------------------------------------------


def test_a_jpeg_is_encapsulated_as_it_is_without_jfif(folder: Path) -> None:
    assert [outcome.status for outcome in run(plan(folder))] == ["written"]
    written = pydicom.dcmread(folder / "a.dcm")
    stream = next(generate_frames(written.PixelData, number_of_frames=1))
    source = (folder / "a.jpg").read_bytes()
    assert b"JFIF" in source
    assert b"JFIF" not in stream
    assert stream.rstrip(b"\0").endswith(source[20:])
    assert written.LossyImageCompression == "01"
    assert float(written.LossyImageCompressionRatio) == pytest.approx(16 * 8 * 3 / len(stream), rel=0.02)
    assert written[0x7FE10010].value == "AFTER"


def test_a_bmp_becomes_native_pixels(folder: Path) -> None:
    run(plan(folder, PlannedObject(("b.bmp",), "b.dcm")))
    written = pydicom.dcmread(folder / "b.dcm")
    assert written.file_meta.TransferSyntaxUID == EXPLICIT_LITTLE_ENDIAN
    assert written["PixelData"].VR == "OW"
    expected = Image.open(folder / "b.bmp").tobytes()
    assert written.PixelData == expected + b"\0" * (len(expected) & 1)
    assert "LossyImageCompression" not in written


@pytest.mark.parametrize(("name", "frames"), [("a.jpg", 3), ("b.bmp", 3), ("gray.jpg", 1)])
def test_frames_follow_one_another(folder: Path, name: str, frames: int) -> None:
    run(plan(folder, PlannedObject((name,) * frames, "m.dcm")))
    written = pydicom.dcmread(folder / "m.dcm")
    assert written.NumberOfFrames == frames
    if name.endswith("jpg"):
        streams = list(generate_frames(written.PixelData, number_of_frames=frames))
        assert len(set(streams)) == 1
        size = len(streams[0])
        assert parse_basic_offsets(written.PixelData) == [n * (size + 8) for n in range(frames)]
    else:
        single = Image.open(folder / name).tobytes() * frames
        assert written.PixelData == single + b"\0" * (len(single) & 1)


def test_frames_that_differ_are_refused(folder: Path) -> None:
    (outcome,) = run(plan(folder, PlannedObject(("a.jpg", "gray.jpg"), "m.dcm")))
    assert outcome.status == "failed"
    assert "gray.jpg: Samples per Pixel is 1, but 3 in" in outcome.message
    assert not (folder / "m.dcm").exists()


def test_offsets_beyond_32_bits_go_to_the_extended_table() -> None:
    sizes = [3 << 30, 3 << 30, 5]
    assert extended_offsets([5, 5]) is None
    assert extended_offsets(sizes) is not None
    assert frame_offsets(sizes) == [0, (3 << 30) + 8, (6 << 30) + 16]
    assert extended_lengths(sizes) == b"".join(size.to_bytes(8, "little") for size in (3 << 30, 3 << 30, 6))
    assert encapsulated_header(sizes).endswith(b"\xfe\xff\0\xe0\0\0\0\0")


# --- slots ----------------------------------------------------------------------------------------


def test_uids_are_new_and_shared_as_far_as_they_reach(folder: Path) -> None:
    run(plan(folder, *(PlannedObject(("a.jpg",), f"{n}.dcm", n) for n in (1, 2))))
    first, second = (pydicom.dcmread(folder / f"{n}.dcm") for n in (1, 2))
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID
    assert (first.InstanceNumber, second.InstanceNumber) == (5, 6)


def test_random_uids_are_uuids_of_version_4() -> None:
    number = int(random_uid().removeprefix("2.25."))
    assert (number >> 76) & 0xF == 4
    assert (number >> 62) & 3 == 2
    assert len(random_uid()) <= 44


def test_time_and_uids_can_be_given(folder: Path) -> None:
    elements = (*ELEMENTS[:2], Element(0x00080023, "DA", Slot("date")), Element(0x00080033, "TM", Slot("time")))
    counter = iter(range(1, 9))
    sources = Sources(lambda: f"1.2.{next(counter)}", lambda: time.struct_time((2026, 2, 3, 4, 5, 6, 0, 0, 0)))
    made = plan(folder, variants=(Variant((), "", elements),))
    run(made, sources=sources)
    first = (folder / "a.dcm").read_bytes()
    written = pydicom.dcmread(io.BytesIO(first))
    assert (written.ContentDate, written.ContentTime, written.SOPInstanceUID) == ("20260203", "040506", "1.2.1")


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        (Slot("nothing"), "slot rule 'nothing' is unknown"),
        (Slot("text", "x"), "slot rule 'text' needs a whole number"),
        (Slot("number", ""), "slot rule 'number' needs a whole number"),
        (Slot("uid_of_value", "StudyInstanceUID"), "slot rule 'uid_of_value' needs a whole number"),
        (Slot("uid_of_value", ":0"), "slot rule 'uid_of_value' needs a name"),
    ],
)
def test_a_plan_that_asks_for_the_unknown_is_refused(folder: Path, slot: Slot, message: str) -> None:
    broken = (Variant((), "", (Element(0x00100010, "PN", slot),)),)
    with pytest.raises(PlanError, match=message):
        Job(plan(folder, variants=broken))


@pytest.mark.parametrize(
    "elements",
    [
        (Element(0x7FE00008, "OF", Slot("pixel_data")),),
        (Element(0x00880200, "SQ", (Item((Element(0x7FE00010, "OB", Slot("pixel_data")),)),)),),
    ],
)
def test_pixel_data_has_one_place_in_an_object(folder: Path, elements: tuple[Element, ...]) -> None:
    with pytest.raises(PlanError, match=r"slot rule 'pixel_data' .* \(7fe0,0010\)"):
        Job(plan(folder, variants=(Variant((), "", elements),)))


def test_an_unknown_fact_is_refused(folder: Path) -> None:
    with pytest.raises(PlanError, match="'colour' is not a fact"):
        Job(plan(folder, variants=(Variant((Condition("colour", ("red",)),)),)))


# --- variants and failures ------------------------------------------------------------------------


def test_the_first_variant_whose_conditions_hold_is_taken(folder: Path) -> None:
    gray = Variant((Condition("samples_per_pixel", (1,)),), "gray is not wanted")
    colour = Variant((Condition("frames", ("one",)), Condition("bits_stored", (8,))), "", ELEMENTS)
    made = plan(
        folder,
        PlannedObject(("gray.jpg",), "1.dcm"),
        PlannedObject(("a.jpg",), "2.dcm"),
        PlannedObject(("a.jpg", "a.jpg"), "3.dcm"),
        variants=(gray, colour),
    )
    outcomes = run(made)
    assert [outcome.status for outcome in outcomes] == ["failed", "written", "failed"]
    assert outcomes[0].message.endswith("gray.jpg: gray is not wanted")
    assert outcomes[2].message.endswith("does not fit the SOP class")


def test_one_failure_does_not_keep_the_others_from_being_made(folder: Path) -> None:
    objects = [PlannedObject((name,), f"{n}.dcm") for n, name in enumerate(["bad.jpg", "none.jpg", "a.jpg"])]
    outcomes = run(plan(folder, *objects))
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "written"]
    for outcome, name in zip(outcomes, ["bad.jpg", "none.jpg"], strict=False):
        assert name in outcome.message
        assert "\n" not in outcome.message


@pytest.mark.parametrize(
    ("existing", "statuses", "kept"),
    [("replace", ["written", "written"], False), ("skip", ["skipped", "written"], True)],
)
def test_existing_outputs_are_replaced_or_skipped(folder: Path, existing: str, statuses: list[str], kept: bool) -> None:
    (folder / "1.dcm").write_bytes(b"before")
    objects = [PlannedObject(("a.jpg",), f"{n}.dcm") for n in (1, 2)]
    assert [outcome.status for outcome in run(plan(folder, *objects, existing=existing))] == statuses
    assert ((folder / "1.dcm").read_bytes() == b"before") is kept


def test_an_existing_output_stops_the_run_before_anything_is_written(folder: Path) -> None:
    (folder / "2.dcm").write_bytes(b"before")
    objects = [PlannedObject(("a.jpg",), f"{n}.dcm") for n in (1, 2)]
    with pytest.raises(OutputError, match=r"2\.dcm: exists already and nothing was written"):
        run(plan(folder, *objects))
    assert not (folder / "1.dcm").exists()


class Pipe(io.RawIOBase):
    """A stream that takes a few bytes at a time, as pipes do."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        taken = bytes(data)[:1000]  # type: ignore[call-overload]
        self.data += taken
        return len(taken)


def test_standard_output_takes_an_object_front_to_back(folder: Path) -> None:
    pipe = Pipe()
    sources = Sources(lambda: "1.2.3")
    run(plan(folder), sources=sources)
    run(plan(folder, PlannedObject(("a.jpg",), "-")), stdout=pipe, sources=sources)
    assert pipe.data == (folder / "a.dcm").read_bytes()


def test_a_bare_dataset_has_no_preamble(folder: Path) -> None:
    run(plan(folder, encoding=Encoding(file_format="dataset")))
    assert (folder / "a.dcm").read_bytes()[:4] == b"\x08\0\x16\0"


def test_padding_counts_the_whole_file(folder: Path) -> None:
    run(plan(folder, encoding=Encoding(pad_file=512)))
    assert (folder / "a.dcm").stat().st_size % 512 == 0
    assert pydicom.dcmread(folder / "a.dcm")[0xFFFCFFFC].VR == "OB"


def test_an_image_that_shrinks_while_it_is_copied_leaves_no_file(folder: Path) -> None:
    small = jpeg(80, 60)
    big = small[:2] + 80 * (b"\xff\xfe\xff\xff" + bytes(65533)) + small[2:]  # comments, which are kept
    (folder / "a.jpg").write_bytes(big)

    class Shrinking(Sources):
        def for_object(self, facts: Sequence[bytes] = ()) -> Sources:
            (folder / "a.jpg").write_bytes(big[: len(big) // 2])
            return super().for_object(facts)

    (outcome,) = run(plan(folder), sources=Shrinking())
    assert outcome.status == "failed"
    assert outcome.message.endswith("a.jpg: the file changed while it was being read")
    assert not (folder / "a.dcm").exists()


@pytest.mark.parametrize("slot", [Slot("text", "1"), Slot("uid_of_value", "StudyInstanceUID:7")])
def test_an_object_without_a_text_that_its_dataset_needs_fails_alone(folder: Path, slot: Slot) -> None:
    elements = (*ELEMENTS[:2], Element(0x0020000D, "UI", slot))
    objects = (PlannedObject(("a.jpg",), "1.dcm"), PlannedObject(("a.jpg",), "2.dcm", texts=(b"x ",) * 8))
    outcomes = run(plan(folder, *objects, variants=(Variant((), "", elements),)))
    assert [outcome.status for outcome in outcomes] == ["failed", "written"]
    assert "1.dcm: this object of the plan has no text number" in outcomes[0].message
