"""Bounds of what is accepted, so that no input can take all memory or all time."""

MAX_DEPTH = 64
"""Sequences inside one another."""

MAX_ITEM = 100_000
"""The highest item number in a path."""

MAX_TOUCHED_ITEMS = 1_000_000
"""Items that all keys of one dataset together may create, or reach through `[*]`."""

MAX_TEMPLATE_BYTES = 256 << 20
"""Memory that the attributes of one template may take, its pixel data left out."""

MAX_INFLATED_BYTES = 1 << 30
"""Size of a deflated dataset."""

MAX_TEXT_TEMPLATE_BYTES = 64 << 20
"""Size of a template that is text: XML, or a dump."""

MAX_TEMPLATE_LINES = 250_000
"""Lines of a dump; elements of an XML document."""

MAX_WRITTEN_VALUES = 2_000_000
"""Numbers of one value that is written as text, unless it is bulk data in plain hexadecimal digits."""
