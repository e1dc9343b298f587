"""The promises of docs/reliability.md, and the tests that prove each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A row of the table in docs/reliability.md.

    Attributes:
        name: short name.
        promise: what the engine promises.
        proof: how it is tested.
        tests: files, folders, or node ids of pytest that prove it.
    """

    name: str
    promise: str
    proof: str
    tests: tuple[str, ...]


PROMISES: tuple[Promise, ...] = (
    Promise(
        name="artifacts",
        promise="`load` rejects an engine folder that was changed after the build, and names the "
        "fault.",
        proof="Every byte flipped; files truncated, removed, added, swapped, and linked; false "
        "manifests; random changes by Hypothesis.",
        tests=("tests/persistence/test_artifact.py",),
    ),
    Promise(
        name="strangers",
        promise="An engine folder from a stranger, whose checksums fit, is refused with a reason, "
        "or it scores, finds careers and prints without NaN and without another error. It loads no "
        "encoder that you did not allow, follows no link, and takes memory in proportion to its "
        "size.",
        proof="130 wrong contents by hand, each with its message; 10,000 random changes of arrays, "
        "facts and tables; false headers; links; small folders that ask for gigabytes; folders of "
        "encoders with code.",
        tests=(
            "tests/persistence/test_hostile_folders.py",
            "tests/reliability/test_hostile_folders.py",
            "tests/encoders/test_model_folder.py",
            "tests/utils/test_inert_text.py",
            "tests/utils/test_file_lock.py",
            "tests/utils/test_atomic_write.py",
        ),
    ),
    Promise(
        name="cache",
        promise="A cached vector that differs from what was written is never used.",
        proof="A bit of every stored vector flipped; vectors of two texts and of two encoders "
        "swapped; vectors without a digest.",
        tests=("tests/encoders/test_cache.py",),
    ),
    Promise(
        name="crashes",
        promise="kill -9 during a build, save, pipeline, batch run, download, or cache write "
        "leaves the complete old or new state, and nothing that blocks the next run.",
        proof="Each is killed at random moments, many times over the remains of the last run, and "
        "the result is compared with the old and the new state. Two writers share a folder. No "
        "process outlives a killed batch run. A batch of 200,000 rows that is killed five times "
        "ends with the same bytes as one that is not.",
        tests=("tests/reliability/test_crashes.py",),
    ),
    Promise(
        name="batch",
        promise="A batch accounts for every row: it is scored, or rejected with a reason. A run is "
        "of one engine and of the files that it began with. Only damaged data cost rows, not a "
        "disk that fails for a moment. No file of others is removed.",
        proof="Python's and Arrow's reading of random CSV files, compared cell by cell wherever "
        "blocks end; open quotes; UTF-16 and compressed files; rows, lines and columns without "
        "end; footers that promise too many rows. Engines and inputs replaced during a run; reads "
        "that fail with EIO; truncated parts; full disks and streams; output folders with files "
        "and a `run.json` of others.",
        tests=(
            "tests/batch/test_csv_staging.py",
            "tests/batch/test_faults.py",
            "tests/batch/test_replaced.py",
            "tests/batch/test_output_folder.py",
            "tests/batch/test_attempts.py",
            "tests/batch/test_scorer.py",
            "tests/batch/test_plan.py",
            "tests/batch/test_run.py",
        ),
    ),
    Promise(
        name="cluster",
        promise="A Ray cluster that loses workers loses no row, and a part that kills its worker "
        "is tried three times, then named. A resumed run removes what killed workers left.",
        proof="A worker is killed on a cluster of two nodes; every worker that begins a part is "
        "killed; a worker finds another engine than the run began with.",
        tests=("tests/batch/test_ray_cluster.py",),
    ),
    Promise(
        name="full-disk",
        promise="A full disk gives a clear error and leaves the previous state complete. A store "
        "can be read there, and on a disk that cannot be written.",
        proof="Save, pipeline, batch run, download, and cache on a full disk of 4 MB; pages, "
        "changes, and export from a store on a full and on a read-only disk.",
        tests=("tests/reliability/test_full_disk.py",),
    ),
    Promise(
        name="command-line",
        promise="Every command bounds what it reads, and ends in one line and a status whatever "
        "its streams and its home folder are.",
        proof="Each command writes to a full disk and to a closed pipe. Endless input, devices, "
        "sockets, and pipes without a writer; other encodings; too many columns, rows, and cells; "
        "an interrupt; a home folder that is missing, a file, read-only, unset, or unknown.",
        tests=(
            "tests/reliability/test_command_line.py",
            "tests/utils/test_bounded_read.py",
            "tests/utils/test_delimited.py",
            "tests/cli/test_faults.py",
        ),
    ),
    Promise(
        name="web",
        promise="The server answers to its own hostnames only, and bounds rate, size, and time. It "
        "sets no cookie, serves no path outside its folders, and puts no formula into a download. "
        "Every answer, errors included, carries a strict content security policy.",
        proof="Hostnames, rates, rows, bodies, headers, slow readers, and path traversal on a real "
        "socket; every first character of a formula in every field of every CSV.",
        tests=("tests/web/server", "tests/web/content/test_downloads.py", "tests/report"),
    ),
    Promise(
        name="bursts",
        promise="The server answers all of 2,000 simultaneous connections. It closes slow-loris "
        "connections and answers others meanwhile. No file it writes, logs included, contains what "
        "a visitor pasted.",
        proof="`occupation-risk serve` with the real encoder and a limit of 1,024 open files; a "
        "word is pasted in every possible way, then searched for in store, cache, home folder, and "
        "log.",
        tests=("tests/reliability/test_server.py",),
    ),
    Promise(
        name="fairness",
        promise="One client does not stop the server for others: 90% of health checks are answered "
        "within 0.25 s, scoring ends when nobody waits for it, and memory returns to within 10% of "
        "what it was before a load.",
        proof="16 clients that search, or compare under ever new addresses; a job of 1,000 long "
        "tasks whose client leaves; 2,100 requests, no two alike; allowances worked by hand.",
        tests=(
            "tests/reliability/test_fairness.py",
            "tests/web/server/test_allowances.py",
            "tests/web/server/test_rate_limit.py",
            "tests/web/server/test_request_queue.py",
            "tests/utils/test_work_queue.py",
        ),
    ),
    Promise(
        name="store",
        promise="A store that is truncated, changed, locked, or of another version is reported, by "
        "pages and `/readyz` too, and stays as it is. An older version is brought up to date in "
        "one transaction. Readers write nothing. Scoring that is killed starts again.",
        proof="Files cut at three places, a digit of a document changed, versions 3, 4 and 99, a "
        "step that fails; bytes before and after; two servers and twelve openings at once; a "
        "pipeline that is killed once, twice, and always.",
        tests=(
            "tests/web/store",
            "tests/web/test_background.py",
            "tests/web/server/test_faults.py",
        ),
    ),
    Promise(
        name="load",
        promise="At 80% of its capacity the server makes no error and its memory does not grow.",
        proof="Pages, API, and scoring at a steady pace, with latency measured from the time each "
        "request was due. `python scripts/benchmark.py soak` does the same for ten minutes; see "
        "[Throughput](throughput.md#server).",
        tests=("tests/reliability/test_soak.py",),
    ),
    Promise(
        name="supply-chain",
        promise="Hashes lock every package that users install, each with an allowed license, and "
        "the weights are those that ship. A second build of a commit has the same bytes.",
        proof="pip installs the lock by its hashes into a new environment, and rejects another "
        "file. The lock holds every needed package in its tested version. Weights are flipped, "
        "truncated, removed, and added. all-MiniLM-L6-v2 comes from any folder with the same "
        "files, and from no other. Two clones are built.",
        tests=(
            "tests/reliability/test_lock.py",
            "tests/test_supply_chain.py",
            "tests/scripts/releases",
            "tests/encoders/test_minilm_files.py",
            "tests/utils/test_checksums.py",
        ),
    ),
    Promise(
        name="observability",
        promise="The server reports its health, a bounded number of metric series, and log lines "
        "that are quiet by default and free of visitors' words.",
        proof="A store that disappears, unlimited paths and methods, exceptions whose text "
        "contains pasted words, run reports as JSON.",
        tests=(
            "tests/web/server/test_health.py",
            "tests/web/server/test_telemetry.py",
            "tests/web/server/test_request_limits.py",
            "tests/web/test_commands.py",
        ),
    ),
    Promise(
        name="concurrency",
        promise="Threads and spawned processes compute the same bits as a single thread. A forked "
        "process gets a clear error instead of hanging. A server answers each request from a "
        "single run, even if another one completes at the same time.",
        proof="8 threads and 2 spawned processes against engines used by one thread; 8 forks while "
        "threads score; readers while runs complete; another engine's folder and scores under a "
        "running server.",
        tests=("tests/reliability/test_concurrency.py",),
    ),
    Promise(
        name="determinism",
        promise="The same corpus, versions, and seed give the same bytes. Neither batch size nor "
        "the order of inputs changes a risk by more than 1e-6.",
        proof="Two builds in two processes, compared byte by byte; tasks scored together, alone, "
        "in reverse, in batches of five, and as a table.",
        tests=("tests/reliability/test_determinism.py",),
    ),
    Promise(
        name="fuzz",
        promise="No text makes a parser raise anything but an EngineError, or compute for two "
        "seconds.",
        proof="Atheris on every parser, at least 200,000 inputs a run; properties by Hypothesis.",
        tests=("tests/reliability/test_fuzz.py", "tests/test_untrusted_text.py"),
    ),
    Promise(
        name="api",
        promise="The API conforms to its OpenAPI description, which names every field that it "
        "returns, and never answers 5xx.",
        proof="All checks of Schemathesis against a running server, alone and in sequences; what "
        "each route returns, with and without scores, against its schema.",
        tests=("tests/reliability/test_api.py", "tests/web/server/test_answers.py"),
    ),
    Promise(
        name="sensitivity",
        promise="What a reader cannot see changes no risk. The median of |Δ risk| is at most 0.05 "
        "for paraphrases, and 0.02 for case and for punctuation.",
        proof="60 tasks with two paraphrases each, and changes derived from the tasks.",
        tests=("tests/reliability/test_sensitivity.py", "tests/utils/test_text.py"),
    ),
)
