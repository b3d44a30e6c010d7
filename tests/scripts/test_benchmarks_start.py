"""The benchmark begins where nothing has been set up for it."""

import os
import subprocess
import sys

from tests.conftest import ROOT


def test_it_knows_its_parts_without_being_told_the_settings():
    plain = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, env=plain, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "cooperations_import" in told.stdout
