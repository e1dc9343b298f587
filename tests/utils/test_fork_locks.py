from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module

import pytest

from engine.utils.fork_locks import cached_properties
from tests.conftest import ROOT

_FORK = """
import os, signal, threading
from functools import cached_property
from engine import Corpus
from engine.encoders.static import StaticEncoder
from engine.utils.fork_locks import cached_properties

corpus, encoder = Corpus.read("reference_tasks"), StaticEncoder()
held = threading.Event()

def hold():
    for one in cached_properties():
        getattr(one, "lock", threading.RLock()).acquire()
    held.set()
    threading.Event().wait()

threading.Thread(target=hold, daemon=True).start()
held.wait()
child = os.fork()
if not child:
    signal.alarm(30)  # ends a process that hangs
    corpus.titles, corpus.rows_of, encoder.fingerprint
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os._exit(0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_fork_computes_properties_that_another_thread_was_computing() -> None:
    command = [sys.executable, "-W", "ignore", "-c", _FORK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "0\n", done.stderr


def test_every_cached_property_of_the_package_is_found() -> None:
    written = set()
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                written |= {
                    (module, part.name)
                    for part in node.body
                    if isinstance(part, ast.FunctionDef)
                    and any(ast.unparse(one) == "cached_property" for one in part.decorator_list)
                }
    for module in {module for module, _ in written}:
        import_module(module)
    found = {(one.func.__module__, one.func.__name__) for one in cached_properties()}
    assert found == written
    assert len(written) > 50
