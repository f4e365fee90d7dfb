"""Which platforms go together? Bundles of platforms, the network of co-use, and whether niches nest in wholes (D7).

A table of firms by platforms goes in. What stands out is judged against chance: an interval, a correction for
the number of looks, and for co-use several null models side by side.
"""

from analysis.bundles.backbone import compare_nulls, couse_backbone, disparity
from analysis.bundles.nestedness import nestedness
from analysis.bundles.rules import distinct, platform_bundles

__all__ = ["compare_nulls", "couse_backbone", "disparity", "distinct", "nestedness", "platform_bundles"]
