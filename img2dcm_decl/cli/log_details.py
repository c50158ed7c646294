"""What debug and trace levels add about an object: facts of its images, and what was chosen for them. No values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.cli.log import About
from img2dcm_decl.errors import ConversionError
from img2dcm_decl.plan.locations import join
from img2dcm_decl.run.looking import look_at
from img2dcm_decl.run.rules import choose

if TYPE_CHECKING:
    from img2dcm_decl.cli.log import Log
    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import Plan, PlannedObject


def say_details(log: Log, plan: Plan, planned: PlannedObject) -> None:
    """Say what is known of an object before it is made; what is wrong with its images is said when it is made."""
    about = About(planned.number, planned.output, "images")
    first: Facts | None = None
    for image in planned.images:
        try:
            facts = look_at(join(plan.folder, image), plan.images).image.facts
        except ConversionError:
            return
        first = first or facts
        log.debug(f"{image}: {_described(facts)}", about)
    variants = planned.variants or plan.variants
    position = None if first is None else choose(variants, first, len(planned.images))
    if position is None:
        return
    variant = variants[position]
    about = about._replace(area="attributes")
    log.debug(f"variant {position + 1} of {len(variants)}: {len(variant.elements)} attributes", about)
    for element in variant.elements:
        log.trace(f"({element.tag >> 16:04x},{element.tag & 0xFFFF:04x}) {element.vr} from {element.origin}", about)


def _described(facts: Facts) -> str:
    lossy = f", lossy ({facts.lossy_method})" if facts.lossy_method else ""
    return (
        f"{facts.format}, {facts.rows} rows, {facts.columns} columns, {facts.samples_per_pixel} samples per pixel, "
        f"{facts.photometric_interpretation}, {facts.bits_stored} bits stored, transfer syntax {facts.transfer_syntax}"
        f"{lossy}"
    )
