"""How prepared are firms for social networks, and is it better to be absent than hesitant?

Claim D20. The index is the mean of eight statements (a goal in writing, something to show, time set aside, someone in
charge, a habit of answering, staying on the trade, keeping promises; following fashions to look young counts against),
from 0 to 100. A presence below the cutoff is called hesitant.
"""

from analysis.readiness.hesitation import OUTCOMES, RESULTS, SHARES, hesitation, preparation, sensitivity
from analysis.readiness.index import BANDS, CUTOFF, bands, index, postures, standing, with_posture

__all__ = [
    "BANDS",
    "CUTOFF",
    "OUTCOMES",
    "RESULTS",
    "SHARES",
    "bands",
    "hesitation",
    "index",
    "postures",
    "preparation",
    "sensitivity",
    "standing",
    "with_posture",
]
