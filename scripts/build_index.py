#!/usr/bin/env python
"""Build an engine: read a reference, embed its tasks, fit the calibrated heads, and save it.

Or, with --add, extend the engine in --output by further reference tasks; its heads stay.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

from engine import Corpus, EngineError, RiskEngine
from engine.corpus.corpus import summary
from engine.encoders.base import DEFAULT_ENCODER
from engine.persistence import artifact
from engine.utils import log_setup, resources
from engine.utils.atomic_write import write_report


def main() -> int:
    options = _options()
    log_setup.set_up(verbose=options.verbose)
    begun = time.perf_counter()
    try:
        output, engine = _built(options) if options.add is None else _extended(options)
        engine.save(output)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        if options.report is not None:
            facts = dict(artifact.read(output).facts)
            facts.pop("careers")  # words of the catalogue, which are content
            told = {"output": str(output), "fingerprint": engine.fingerprint, **facts}
            told |= {"seconds": round(seconds, 1), "peak_gb": round(peak, 2)}
            write_report(options.report, told)
    except EngineError as error:
        print(f"build_index: {error}", file=sys.stderr)
        return 2
    done = "built" if options.add is None else "extended"
    print(
        f"{done} {output} in {seconds:.0f} s, at most {peak:.1f} GB of memory\n"
        f"use it: RiskEngine.load({str(output)!r}) or occupation-risk --engine {output}"
    )
    return 0


def _built(options: argparse.Namespace) -> tuple[Path, RiskEngine]:
    corpus = _reference(options.reference, options.data_dir)
    print(summary(corpus))
    output = options.output or _output(options.reference, corpus)
    encoder = options.encoder or DEFAULT_ENCODER
    return output, RiskEngine.build(corpus, encoder, progress=sys.stderr.isatty())


def _extended(options: argparse.Namespace) -> tuple[Path, RiskEngine]:
    if options.output is None or options.encoder is not None:
        raise EngineError(
            "--add extends an engine by its own encoder: expected --output to name its folder, and "
            "no other encoder"
        )
    more = Corpus.read(options.add)
    print(summary(more))
    engine = RiskEngine.load(options.output).extended(more, progress=sys.stderr.isatty())
    print(summary(engine.corpus))
    return options.output, engine


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--reference",
        default="starter",
        help="starter (ships with the engine), published (O*NET and labels in --data-dir), or a "
        "tasks file of your own with occupations.csv beside it; default %(default)s",
    )
    source.add_argument(
        "--add",
        type=Path,
        metavar="FILE_OR_FOLDER",
        help="extend the engine in --output by such a file's tasks, and replace it in one step",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=resources.data_dir(),
        help=f"folder of the published data; default ${resources.DATA_VARIABLE}, else %(default)s",
    )
    parser.add_argument(
        "--encoder",
        help="work, minilm, static, or the name or folder of a sentence-transformer; default "
        f"{DEFAULT_ENCODER}",
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
        return Corpus.read(resources.shipped("reference_tasks"), "starter")
    if name == "published":
        from engine.corpus.sources import published

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
    return resources.engine_dir(corpus.name)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    sys.exit(main())
