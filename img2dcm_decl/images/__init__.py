"""One reader per image format: header facts, and where the pixels lie. Standard library only."""
