"""What goes with being on social networks? Models of use by blocks of characteristics, other things equal.

Claims D2, D5 and D20. The context of adoption (technology, organisation, environment, and the owner, who in a small
firm decides alone) is told apart from attitudes: these may as well follow from use as lead to it.
"""

from analysis.drivers.characteristics import (
    ATTITUDES,
    CONTEXT,
    connected,
    inventory,
    shared_traits,
    with_drivers,
)
from analysis.drivers.models import block_tests, drivers, effects, sensitivity
from analysis.drivers.told import effect_names, in_points, written_p

__all__ = [
    "ATTITUDES",
    "CONTEXT",
    "block_tests",
    "connected",
    "drivers",
    "effect_names",
    "effects",
    "in_points",
    "inventory",
    "sensitivity",
    "shared_traits",
    "with_drivers",
    "written_p",
]
