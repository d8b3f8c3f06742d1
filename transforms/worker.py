"""A local worker process: Beam's own, that ends when the build it works for does."""

import sys

from apache_beam.runners.worker import sdk_worker_main

from transforms.orphans import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    sdk_worker_main.main(sys.argv)
