"""Which licenses may reach users."""

from __future__ import annotations

import pytest

from scripts.releases.sbom import is_allowed


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("Apache 2.0", True),
        ("MPL-2.0 AND MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("GPL-3.0-only", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("AGPL-3.0-or-later", False),
        ("UNKNOWN", False),
        ("Other/Proprietary License", False),
        ("", False),
    ],
)
def test_a_license_is_allowed_if_each_of_its_parts_is(name: str, allowed: bool) -> None:
    assert is_allowed(name) is allowed
