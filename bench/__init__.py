"""The benchmark suite: each measure beside what it is compared with, in turn, in one run."""
