"""The plan: every decision of a conversion, made before anything is written. Standard library only."""
