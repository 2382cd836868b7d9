"""`python -m config.local COMMAND`: what the Makefile calls. What the user can mend is one sentence and exit code 1."""

import argparse
import sys

from config.local import catalogues, run, system, with_services
from config.local.environment import Problem


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the demo and look after it until Ctrl-C")
    commands.add_parser("reset", help="delete the demo's data")
    commands.add_parser("system", help="install the system packages that the tests need")
    commands.add_parser("messages", help="add new strings to every room's catalogue and name those without Chinese")
    around = commands.add_parser("with-services", help="run a command with a throw-away PostgreSQL and Valkey")
    around.add_argument("--keep", action="store_true", help="keep the folder with the data and the logs")
    around.add_argument("--fsync", action="store_true", help="let PostgreSQL wait for the disk, as benchmarks need it")
    around.add_argument("argv", nargs="+", metavar="-- COMMAND …")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    match arguments.command:
        case "run":
            return run.main()
        case "reset":
            return run.reset()
        case "system":
            system.ensure()
            return 0
        case "messages":
            lacking = catalogues.collect(write=True)
            print("\n".join(lacking) or "Every string has its Chinese.")
            return 1 if lacking else 0
        case _:
            return with_services.main(arguments.argv, keep=arguments.keep, durable=arguments.fsync)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(f"{error.filename or 'The system'}: {error.strerror or error}.")
