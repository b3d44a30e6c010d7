"""The forms of the steps in which a cooperation is registered."""

from agreements.forms.registering.comparing import Difference, differences, merged
from agreements.forms.registering.entered import Entered
from agreements.forms.registering.evidence import EvidenceForm
from agreements.forms.registering.overview import overview
from agreements.forms.registering.start import StartForm
from agreements.forms.registering.stepping import StepEntry
from agreements.forms.registering.stored import stored

__all__ = [
    "Difference",
    "Entered",
    "EvidenceForm",
    "StartForm",
    "StepEntry",
    "differences",
    "merged",
    "overview",
    "stored",
]
