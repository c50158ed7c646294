"""Turn pictures into DICOM objects from recipes.

A recipe (YAML) is compiled into a plan, and the plan is run:

    recipe text -> `recipe` -> Recipe -> `compile` -> Plan -> `run` -> DICOM files

The modules in `plan` and `encode` are the seam between the two halves; everything that prints is in `cli`.
"""

__version__ = "0.1.0"
