"""List what users install, with versions, hashes and licenses, as CycloneDX; reject other licenses.

    python scripts/releases/sbom.py reports/sbom.cdx.json

The packages are those of ``requirements.lock``, and torch. Licenses are read from the installed
packages, so those of packages for other systems stay unknown. The exit status is 1, and nothing is
written, if a license is not in ``ALLOWED``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import license_expression as spdx
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

ALLOWED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    ]
)
"""SPDX identifiers. LGPL is for psycopg, which is imported as it is and not changed."""

_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""SPDX identifiers of the names that packages without a license expression give."""

_licensing = spdx.get_spdx_licensing()


def is_allowed(name: str) -> bool:
    """Return True if a license, as a package names it, may be shipped to users.

    Of alternatives (OR), one must be allowed; of parts (AND), all. An exception (WITH) only adds
    permissions.
    """
    try:
        return _allows(_licensing.parse(_SPDX.get(name, name), validate=True))
    except spdx.ExpressionError:
        return False


def _allows(expression: Any) -> bool:
    if isinstance(expression, spdx.LicenseWithExceptionSymbol):
        return _allows(expression.license_symbol)
    if isinstance(expression, spdx.LicenseSymbol):
        return expression.key in ALLOWED
    if expression is None:
        return False
    parts = map(_allows, expression.args)
    return any(parts) if isinstance(expression, _licensing.OR) else all(parts)


def _bill() -> dict[str, Any]:
    """Return the CycloneDX document of the lock and torch, without licenses."""
    constraints = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    torch = next(line for line in constraints if line.startswith("torch=="))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "-", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, input=f"{lock}{torch}\n", text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"cyclonedx-py: {done.stderr.strip()}")
    return json.loads(done.stdout)


def _licenses(names: list[str]) -> dict[str, str]:
    """Return name -> license of the packages that are installed."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json"]
    done = subprocess.run([*command, "--packages", *names], text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"pip-licenses: {done.stderr.strip()}")
    return {canonicalize_name(row["Name"]): row["License"] for row in json.loads(done.stdout)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    output: Path = parser.parse_args().output

    bill = _bill()
    licenses = _licenses([part["name"] for part in bill["components"]])
    rejected = {name: text for name, text in licenses.items() if not is_allowed(text)}
    if rejected:
        listed = "\n".join(f"  {name}: {text}" for name, text in rejected.items())
        sys.exit(
            f"licenses that are not allowed:\n{listed}\n"
            "replace the package, or add the license to ALLOWED in scripts/releases/sbom.py"
        )
    for part in bill["components"]:
        found = licenses.get(canonicalize_name(part["name"]))
        if found is not None:
            part["licenses"] = [{"expression": _SPDX.get(found, found)}]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bill, indent=2) + "\n", "utf-8")
    print(f"{output}: {len(bill['components'])} packages, {len(licenses)} with a license")


if __name__ == "__main__":
    main()
