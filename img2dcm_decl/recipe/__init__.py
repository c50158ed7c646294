"""The recipe language: text -> `Recipe`, and `Recipe` -> text."""
