"""Values to bytes: elements, lengths, group lengths, padding (PS3.5 sections 6 and 7). Standard library only."""
