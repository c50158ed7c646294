"""`python -m img2dcm_decl` is `img2dcm-decl`."""

from img2dcm_decl.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
