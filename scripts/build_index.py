#!/usr/bin/env python
"""Build an engine: read a reference, embed its tasks, fit the calibrated heads, and save it."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

from engine import Corpus, EngineError, RiskEngine, artifacts, logs, places
from engine.corpus import summary
from engine.encoder import DEFAULT_ENCODER
from engine.files import write_report


def main() -> int:
    options = _options()
    logs.set_up(verbose=options.verbose)
    begun = time.perf_counter()
    try:
        corpus = _reference(options.reference, options.data_dir)
        print(summary(corpus))
        output = options.output or _output(options.reference, corpus)
        engine = RiskEngine.build(corpus, options.encoder, progress=sys.stderr.isatty())
        engine.save(output)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        if options.report is not None:
            facts = dict(artifacts.read(output).facts)
            facts.pop("careers")  # words of the catalogue, which are content
            told = {"output": str(output), "fingerprint": engine.fingerprint, **facts}
            told |= {"seconds": round(seconds, 1), "peak_gb": round(peak, 2)}
            write_report(options.report, told)
    except EngineError as error:
        print(f"build_index: {error}", file=sys.stderr)
        return 2
    print(
        f"built {output} in {seconds:.0f} s, at most {peak:.1f} GB of memory\n"
        f"use it: RiskEngine.load({str(output)!r}) or occupation-risk --engine {output}"
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--reference",
        default="starter",
        help="starter (ships with the engine), published (O*NET and labels in --data-dir), or a "
        "tasks file of your own with occupations.csv beside it; default %(default)s",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=places.data_dir(),
        help=f"folder of the published data; default ${places.DATA_VARIABLE}, else %(default)s",
    )
    parser.add_argument(
        "--encoder",
        default=DEFAULT_ENCODER,
        help="work, minilm, static, or the name or folder of a sentence-transformer; default "
        "%(default)s",
    )
    parser.add_argument(
        "--from-scratch",
        dest="encoder",
        action="store_const",
        const="minilm",
        help="plain MiniLM, and everything fitted on the reference alone",
    )
    parser.add_argument(
        "--output", type=Path, help="engine folder; default models/ and the reference's name"
    )
    parser.add_argument("--report", type=Path, help="tell what was built in a JSON file")
    parser.add_argument("--verbose", "-v", action="store_true", help="log what is done, on stderr")
    return parser.parse_args()


def _reference(name: str, data_dir: Path) -> Corpus:
    if name == "starter":
        return Corpus.read(places.shipped("reference_tasks"), "starter")
    if name == "published":
        from engine.sources import published

        corpus, report = published.read(data_dir)
        print(report)
        return corpus
    return Corpus.read(Path(name))


def _output(reference: str, corpus: Corpus) -> Path:
    built_in = ("starter", "published")
    if corpus.name in built_in and reference not in built_in:
        raise EngineError(
            f"{reference} is named like the {corpus.name} reference, whose engine is the default: "
            "expected --output to say where to write"
        )
    return places.engine_dir(corpus.name)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    sys.exit(main())
