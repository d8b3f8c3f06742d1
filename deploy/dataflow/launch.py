"""What the flex template starts: hands one step to Dataflow and ends, without waiting for it."""

import sys

from pipelines.building.launching import main

if __name__ == "__main__":
    sys.exit(main())
