"""python -m simulator --port 8001 --data <folder>"""

import argparse
import logging
import sys
from pathlib import Path

from simulator.server import StartError, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulator", description="A stand-in for WeChat over real HTTP.")
    parser.add_argument("--port", type=int, default=8001, help="port on 127.0.0.1 (default 8001, 0 takes a free one)")
    parser.add_argument("--data", type=Path, required=True, help="folder for its SQLite file")
    parser.add_argument("--retry-seconds", type=float, default=5.0, help="between attempts of a callback (default 5)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stdout)
    try:
        serve(port=arguments.port, folder=arguments.data, retry_seconds=arguments.retry_seconds)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
