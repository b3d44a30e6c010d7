import sys

from tests.conftest import ROOT

# The scripts run before anything is installed: they are files beside each other, not a package.
sys.path.insert(0, str(ROOT / "scripts"))
