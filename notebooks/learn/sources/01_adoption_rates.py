# %% [markdown]
# # How many small businesses are on social media?
#
# A shopkeeper asks: *"Am I the last one without a page?"* A journalist says that everybody is there, a
# plumber says that nobody is. This lesson finds a number, says how sure it is, and shows four ways of
# getting it wrong.
#
# - **You will be able to**: *compute* a rate and name its base; *put* an interval around it; *weight* it so
#   that it speaks for all firms
# - **Before you start**: you can run a cell (Shift + Enter) and have seen a pandas table; no statistics
#   needed
# - **Minutes**: 55 (reading 25, exercises 30)
# - **Data**: `survey`, bundled with the project: 2,400 firms asked in 2022. **Simulated**, so that the
#   truth is known; free to use. `benchmark`: **real** figures published by INSEE, the French statistical
#   office
#
# Run the cells in order. Where you see three dots, it is your turn.

# %%
import numpy as np
import pandas as pd

from analysis.adoption import presence, with_presence
from analysis.catalog import load
from analysis.learn import check, picture, predict, progress, quiz, reveal, start
from analysis.official import compare
from analysis.survey import SurveyDesign

start("1")

# %% [markdown]
# ## 1. A rate and its base
#
# A rate is a fraction. Above the line: how many said **yes**. Below the line, the **base**: how many were
# concerned *and* answered. Most wrong rates have the right top and the wrong base.
#
# We take the firms as they were in 2022, from the self-employed to those with 49 people. `with_presence`
# adds the column `uses_any`: 1 where a firm uses at least one platform for its business, 0 where it uses
# none.

# %%
survey = load("survey")
firms = with_presence(survey[survey["wave"] == 2022])
firms[["firm", "sector", "employees", "internet", "uses_any"]].head(6)

# %% [markdown]
# **Predict.** Think of 100 small firms that use the internet for their work: bakers, masons, taxi drivers,
# hairdressers. How many of them are on social media? Write your guess before you look; being wrong is the
# useful part.

# %% tags=["exercise"]
guess = ...  # a number from 0 to 100
predict("1.a", guess)

# %% tags=["solution"]
guess = 60
predict("1.a", guess)

# %%
connected = firms[firms["internet"] == 1]
rate = connected["uses_any"].mean()
reveal("1.a")
steps = {"interviewed": len(firms), "connected": len(connected)}
steps["use"] = connected["uses_any"].sum()
picture("1.base", pd.Series(steps))

# %% [markdown]
# The mean of zeros and ones is the rate: here, that of connected firms. A newspaper may print either of the
# two numbers without lying: without its base, a rate says whatever one likes.
#
# ### Exercise 1.1
#
# Compute the rate among **all** firms, connected or not. A firm without internet uses no platform: its
# answer is known, and it is no. Give a share, between 0 and 1.

# %% tags=["exercise"]
answer = ...
check("1.1", answer)

# %% tags=["solution"]
answer = firms["uses_any"].mean()
check("1.1", answer)

# %% [markdown]
# ## 2. How sure can we be?
#
# Another survey, on another day, would have met other firms and found another rate. An **interval** says
# which true rates could well have given what we saw. The formula below is Edwin Wilson's, of 1927. It needs
# two numbers only: how many said yes, and how many answered. Look for the size of the country in it: it is
# not there.
#
# **Predict.** In a small town you ask 12 bakers, and all 12 are on social media. How low could the true
# rate among *all* bakers still be, in percent?

# %% tags=["exercise"]
guess = ...  # a number from 0 to 100
predict("1.b", guess)

# %% tags=["solution"]
guess = 95
predict("1.b", guess)


# %%
def wilson(yes, n, z=1.96):
    middle = (yes + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(yes * (n - yes) / n + z**2 / 4)
    return middle - half, middle + half


reveal("1.b")
np.round(wilson(12, 12), 3)

# %% [markdown]
# So "12 of 12" is not "100%, for sure". Small samples often give 0% or 100%; the interval keeps us honest.
#
# ### Exercise 1.2
#
# Take the **connected hotels and restaurants** (`sector` is `accommodation_food`). Between which limits
# does their rate lie? Give both, as `wilson` returns them.

# %% tags=["exercise"]
answer = ...  # low, high
check("1.2", answer)

# %% tags=["solution"]
hotels = connected[connected["sector"] == "accommodation_food"]
answer = wilson(hotels["uses_any"].sum(), hotels["uses_any"].count())
check("1.2", answer)

# %% [markdown]
# ## 3. What does 95% promise?
#
# Asking more firms makes the interval narrower, but interviews cost money. How much does money buy?
#
# **Predict.** We ask **four times** as many firms. How many times narrower does the interval become?

# %% tags=["exercise"]
guess = ...  # how many times narrower
predict("1.c", guess)

# %% tags=["solution"]
guess = 4
predict("1.c", guess)

# %%
sizes = pd.DataFrame({"n": [100, 400, 1600], "estimate": rate})
sizes["low"], sizes["high"] = wilson(rate * sizes["n"], sizes["n"])
reveal("1.c")
picture("1.sizes", sizes)

# %% [markdown]
# And the 95%? To see it we need to know the truth, so we invent a country. Suppose its true rate is exactly
# the `rate` found above. We draw 100 of its firms by chance, compute the interval, and start again: 1,000
# surveys, one after the other. Here are the first 50.

# %%
truth = rate
yes = np.random.default_rng(89).binomial(100, truth, size=1000)
low, high = wilson(yes, 100)
samples = pd.DataFrame({"low": low, "high": high, "truth": truth})
picture("1.coverage", samples.head(50))

# %% [markdown]
# ### Exercise 1.3
#
# Of all **1,000** intervals, what share holds the true rate? `low` and `high` have 1,000 values each, and
# comparisons work on all of them at once; `&` means "and".

# %% tags=["exercise"]
answer = ...
check("1.3", answer)

# %% tags=["solution"]
answer = ((low <= truth) & (truth <= high)).mean()
check("1.3", answer)

# %% [markdown]
# ## 4. Whom does each answer stand for?
#
# Chance is not the only trouble. To learn something about firms with employees, the survey visited more of
# them than their part in the country. Each firm therefore has a **weight**: the number of firms it stands
# for, larger for the self-employed, smaller for firms with staff. A weighted rate adds up the weights of the
# yes and divides by the weights of all who answered.
#
# `SurveyDesign` does this, with honest intervals as well, since it knows that firms were visited town by
# town. Our reports use the same function.
#
# **Predict.** Of 100 firms in the country, how many have no employee at all? `firms` has their size, but
# remember whom the survey visited.

# %% tags=["exercise"]
guess = ...  # a number from 0 to 100
predict("1.d", guess)

# %% tags=["solution"]
guess = 45
predict("1.d", guess)

# %%
design = SurveyDesign(
    firms,
    weights="weight",
    strata="stratum",
    clusters=["town", "firm"],
    fpc=["towns_in_stratum", "firms_in_town"],
)
by_size = design.proportion("size_class").set_index("level")
by_size["sample"] = firms["size_class"].value_counts(normalize=True)
reveal("1.d")
by_size[["sample", "estimate"]].round(3)

# %% [markdown]
# Is it plausible? In 2022 INSEE, the French statistical office, asked **real** firms the same question:
# `benchmark` below. Its base is in the last column: fewer than ten people, and connected. To compare, we
# take the same one.

# %%
small = design.subset(firms["size_class"] != "10-49")
connected_small = presence(small, by="sector", base="connected")
sectors = compare(connected_small, size="<10", year=2022)
picture("1.sectors", sectors)
sectors[["sector", "estimate", "benchmark", "benchmark_base"]].dropna().round(3)

# %% [markdown]
# Where there is an official figure (dashed), a hollow dot cannot be told from it, a diamond lies below, a
# filled dot above. A gap sends you looking: another base, another year, another question, bad luck? One
# caution: this survey is simulated and was *set* to these figures, so it confirms nothing.
#
# ### Exercise 1.4
#
# In what share of **all** firms does somebody under 35 have real responsibilities (`young_in_firm`)? Use
# the weights: by hand with the column `weight`, or with `design`. A few firms did not answer.

# %% tags=["exercise"]
answer = ...
check("1.4", answer)

# %% tags=["solution"]
answered = firms[firms["young_in_firm"].notna()]
answer = (answered["young_in_firm"] * answered["weight"]).sum() / answered["weight"].sum()
check("1.4", answer)

# %% [markdown]
# ## A common mistake
#
# A colleague is in a hurry. Of the firms that post, how many know how many people see it? The question,
# `reach_known`, was put only to firms on social media. The missing values are in the way, so they are
# filled with zeros. The cell runs, a number comes out, nobody is warned.

# %%
hurried = firms["reach_known"].fillna(0).mean()
round(float(hurried), 3)

# %% [markdown]
# ### Exercise 1.5
#
# There are **two** faults in this cell. Repair both, and give the share.

# %% tags=["exercise"]
answer = ...
check("1.5", answer)

# %% tags=["solution"]
answer = design.proportion("reach_known")["estimate"]
check("1.5", answer)

# %% [markdown]
# ## Key points
#
# 1. **Compute**: a rate is yes over base. Name the base each time: all firms, or connected ones? Missing is
#    not no.
# 2. **Put an interval around it**: it depends on how many answered, not on the size of the country; four
#    times the answers make it twice as narrow. The 95% is about the method, over many samples.
# 3. **Weight**: where some firms were visited more than their part, an unweighted rate describes the
#    sample, not the country.
#
# ## Quiz
#
# Replace the dots by a letter between quotes, for example `"a"`.

# %% tags=["exercise"]
quiz("1.q1", ...)
quiz("1.q2", ...)
quiz("1.q3", ...)
quiz("1.q4", ...)
progress("1")

# %% tags=["solution"]
quiz("1.q1", "b")
quiz("1.q2", "c")
quiz("1.q3", "a")
quiz("1.q4", "b")
progress("1")

# %% [markdown]
# ## Go further
#
# - **The same step in a report**: `notebooks/research/01_adoption.ipynb` computes this rate for every
#   platform, sector and size, with the same `SurveyDesign`. Change its parameters and run it again.
# - **Try**: how does the rate move from 2022 to 2026? Change the year in section 1 and run the notebook
#   again. (The checks know the year 2022 only.)
# - **Think**: the interval covers bad luck. It does not cover firms that refused to answer, or a question
#   badly asked. What could you do about those?
#
# **Words.** *Base*: the answers a rate is divided by. *Interval*: the true rates that could well have given
# what we saw. *Weight*: how many firms an answer stands for. *Stratum*: a group of firms sampled on its
# own. *Simulated*: made by a program whose rules are written down, and about no real firm.
