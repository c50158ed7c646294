"""`python -m img2dcm_decl` is `img2dcm-decl`."""

import sys

from img2dcm_decl.cli import main

if __name__ == "__main__":
    sys.exit(main())
