"""The order in which things are measured."""

from dataclasses import dataclass
from pathlib import Path

from config.bench import pages, paths, records, scale, vault
from config.bench.cast import cast_make, factory_make, library_grow, stage_prepare
from config.bench.results import Results, heading
from config.bench.server import serving


@dataclass(frozen=True)
class Size:
    """How much is measured. seconds: of one round."""

    workers: int = 1000
    lessons: int = 20
    rounds: int = 5
    seconds: float = 1.5
    steady_seconds: float = 4
    requests: int = 20_000
    roster: int = 10_000
    library: int = 150
    cases: int = 1000


QUICK = Size(workers=20, rounds=1, seconds=0.2, steady_seconds=0.5, requests=200, roster=100, library=15, cases=12)


def run(output: Path, *, quick: bool) -> Results:
    results, size = Results(output), QUICK if quick else Size()
    print("Preparing …", flush=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    stage_prepare()
    library_grow(size.lessons)
    cast = cast_make(factory_make("bench"), workers=size.workers)
    print(heading())
    with serving(log=output.with_suffix(".log")) as server:
        pages.wire(results, server, cast)
        paths.throughputs(results, server, cast, rounds=size.rounds, seconds=size.seconds)
        paths.tails(results, server, cast, rounds=min(size.rounds, 3), seconds=size.steady_seconds)
        paths.memory(results, server, cast, requests=size.requests)
        records.dashboard(results, server, cast)
        large = records.creation(results, lessons=size.library, times=size.rounds)
        records.roster(results, large, count=size.roster)
        records.broadcast(results, large)
        records.report(results, server, large)
        vault.vault(results, server, cases=size.cases, rounds=min(size.rounds, 3))
    pages.statements(results, cast)
    return results


def run_scale(output: Path, *, count: int) -> Results:
    results = Results(output)
    print(f"Preparing, then making {count} factories …", flush=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    stage_prepare()
    print(heading())
    casts = scale.creation(results, count)
    with serving(log=output.with_suffix(".log")) as server:
        scale.traffic(results, server, casts)
    scale.migration(results)
    return results
