"""`python -m config.bench --output FILE [--factories N]`, inside `python -m config.local with-services --fsync --`."""

import argparse
import logging
import os
import sys
from pathlib import Path

import django


def main() -> int:
    """0 also when budgets are missed: that is said in the table. A benchmark that cannot be run raises."""
    parser = argparse.ArgumentParser(prog="python -m config.bench", description="Benchmarks beside floors and budgets.")
    parser.add_argument("--output", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--factories", type=int, default=0, help="measure what grows with this many factories instead")
    parser.add_argument(
        "--quick", action="store_true", help="small numbers: shows that the benchmarks run, nothing more"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not options.quick:
        os.environ["STATIC_MANIFEST"] = "1"  # style sheets as in production: compressed, named by their content
    django.setup()
    logging.disable(logging.INFO)  # our own lines; the server keeps its log beside the output

    from config.bench.run import run, run_scale

    if options.factories:
        results = run_scale(options.output, count=options.factories)
    else:
        results = run(options.output, quick=options.quick)
    results.write()
    print(f"\n{len(results.rows)} figures are in {results.path}.")
    if results.missed:
        print("Missed: " + "; ".join(row.name for row in results.missed))
    else:
        print("Every budget is met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
