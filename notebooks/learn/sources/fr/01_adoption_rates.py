# %% [markdown]
# # Combien de petites entreprises sont sur les réseaux sociaux ?
#
# Une commerçante demande : « Suis-je la dernière à ne pas avoir de page ? » Un journaliste affirme que tout
# le monde y est, un plombier que personne n'y est. Cette leçon cherche un chiffre, dit à quel point il est
# sûr, et montre quatre façons de se tromper.
#
# - **Vous saurez** : *calculer* un taux et nommer sa base ; l'*encadrer* par un intervalle ; le *pondérer*
#   pour qu'il parle de toutes les entreprises
# - **Avant de commencer** : savoir exécuter une cellule (Maj + Entrée), avoir déjà vu un tableau pandas ;
#   aucune statistique n'est nécessaire
# - **Minutes** : 55 (lecture 25, exercices 30)
# - **Données** : `survey`, fournie avec le projet : 2 400 entreprises interrogées en 2022. Données
#   **simulées**, pour que la vérité soit connue ; usage libre. `benchmark` : de **vrais** chiffres publiés
#   par l'Insee, avec leur source
#
# Exécutez les cellules dans l'ordre. Là où vous voyez trois points, c'est à vous. Le code est en anglais,
# comme dans toutes les bibliothèques que vous rencontrerez.

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
# ## 1. Un taux et sa base
#
# Un taux est une fraction. Au numérateur, les entreprises qui ont dit **oui**. Au dénominateur, la
# **base** : celles qui étaient concernées *et* qui ont répondu. Un taux faux a presque toujours le bon
# numérateur et la mauvaise base.
#
# Nous prenons les entreprises telles qu'elles étaient en 2022, de l'indépendant seul à l'entreprise de 49
# personnes. `with_presence` ajoute la colonne `uses_any` : 1 quand l'entreprise utilise au moins un réseau
# pour son activité, 0 quand elle n'en utilise aucun.

# %%
survey = load("survey")
firms = with_presence(survey[survey["wave"] == 2022])
firms[["firm", "sector", "employees", "internet", "uses_any"]].head(6)

# %% [markdown]
# **Pariez.** Pensez à 100 petites entreprises qui utilisent internet pour leur travail : boulangers,
# maçons, chauffeurs de taxi, coiffeuses. Combien sont sur un réseau social ? Écrivez votre pari avant de
# regarder : c'est en se trompant qu'on apprend.

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
# La moyenne de zéros et de uns est le taux : ici, celui des entreprises connectées. Un journal peut titrer
# sur l'un de ces deux chiffres comme sur l'autre sans mentir : sans sa base, on fait dire à un taux ce
# qu'on veut.
#
# ### Exercice 1.1
#
# Calculez le taux parmi **toutes** les entreprises, connectées ou non. Une entreprise sans internet
# n'utilise aucun réseau : sa réponse est connue, et c'est non. Donnez une part, entre 0 et 1.

# %% tags=["exercise"]
answer = ...
check("1.1", answer)

# %% tags=["solution"]
answer = firms["uses_any"].mean()
check("1.1", answer)

# %% [markdown]
# ## 2. À quel point peut-on en être sûr ?
#
# Une autre enquête, un autre jour, aurait rencontré d'autres entreprises et trouvé un autre taux. Un
# **intervalle** dit quels vrais taux ont bien pu donner ce que nous avons vu. La formule ci-dessous est
# celle d'Edwin Wilson (1927). Il ne lui faut que deux nombres : combien ont dit oui, combien ont répondu.
# Cherchez-y la taille du pays : elle n'y est pas.
#
# **Pariez.** Dans une petite ville, vous interrogez 12 boulangers ; les 12 sont sur un réseau social.
# Jusqu'où le vrai taux, parmi *tous* les boulangers, peut-il encore descendre, en pourcentage ?

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
# « 12 sur 12 » n'est donc pas « 100 %, à coup sûr ». Les petits échantillons donnent souvent 0 % ou 100 % ;
# l'intervalle nous garde honnêtes.
#
# ### Exercice 1.2
#
# Prenez les **hôtels et restaurants connectés** (`sector` vaut `accommodation_food`). Entre quelles bornes
# leur taux se situe-t-il ? Donnez les deux, comme `wilson` les renvoie.

# %% tags=["exercise"]
answer = ...  # low, high
check("1.2", answer)

# %% tags=["solution"]
hotels = connected[connected["sector"] == "accommodation_food"]
answer = wilson(hotels["uses_any"].sum(), hotels["uses_any"].count())
check("1.2", answer)

# %% [markdown]
# ## 3. Que promettent les 95 % ?
#
# Interroger plus d'entreprises resserre l'intervalle, mais chaque entretien coûte. Que gagne-t-on pour son
# argent ?
#
# **Pariez.** Nous interrogeons **quatre fois** plus d'entreprises. Combien de fois plus étroit l'intervalle
# devient-il ?

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
# Et les 95 % ? Pour les voir, il faut connaître la vérité ; inventons donc un pays. Supposons que son vrai
# taux soit exactement le taux `rate` trouvé plus haut. Nous tirons 100 de ses entreprises au hasard,
# calculons l'intervalle, et recommençons : 1 000 enquêtes à la suite. Voici les 50 premières.

# %%
truth = rate
yes = np.random.default_rng(89).binomial(100, truth, size=1000)
low, high = wilson(yes, 100)
samples = pd.DataFrame({"low": low, "high": high, "truth": truth})
picture("1.coverage", samples.head(50))

# %% [markdown]
# ### Exercice 1.3
#
# Sur l'ensemble des **1 000** intervalles, quelle part contient le vrai taux ? `low` et `high` ont 1 000
# valeurs chacun, et une comparaison les traite toutes à la fois ; `&` veut dire « et ».

# %% tags=["exercise"]
answer = ...
check("1.3", answer)

# %% tags=["solution"]
answer = ((low <= truth) & (truth <= high)).mean()
check("1.3", answer)

# %% [markdown]
# ## 4. Qui chaque réponse représente-t-elle ?
#
# Le hasard n'est pas la seule difficulté. Pour connaître les entreprises qui ont des salariés, l'enquête en a
# visité plus que leur part dans le pays. Chaque entreprise porte donc un **poids** : le nombre d'entreprises
# qu'elle représente, plus grand pour les indépendants, plus petit pour celles qui ont du personnel. Le taux
# pondéré additionne les poids des oui et divise par les poids de toutes les réponses.
#
# `SurveyDesign` fait ce calcul et donne aussi des intervalles honnêtes, car il sait que l'enquête est allée de
# ville en ville. Nos rapports emploient la même fonction.
#
# **Pariez.** Sur 100 entreprises du pays, combien n'ont aucun salarié ? `firms` contient leur taille, mais
# rappelez-vous qui l'enquête a visité.

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
# Est-ce plausible ? En 2022, l'Insee a posé la même question à de **vraies** entreprises : c'est
# `benchmark`, ci-dessous. Sa base est dans la dernière colonne : moins de dix personnes, et connectées.
# Pour comparer, nous prenons la même.

# %%
small = design.subset(firms["size_class"] != "10-49")
connected_small = presence(small, by="sector", base="connected")
sectors = compare(connected_small, size="<10", year=2022)
picture("1.sectors", sectors)
sectors[["sector", "estimate", "benchmark", "benchmark_base"]].dropna().round(3)

# %% [markdown]
# Là où il existe un chiffre officiel (le tireté), un point creux ne s'en distingue pas, un losange est
# au-dessous, un point plein au-dessus. Un écart fait chercher : une autre base, une autre année, une autre
# question, la malchance ? Attention : cette enquête est simulée et *réglée* sur ces chiffres ; elle ne
# confirme donc rien.
#
# ### Exercice 1.4
#
# Dans quelle part de **toutes** les entreprises une personne de moins de 35 ans a-t-elle de vraies
# responsabilités (`young_in_firm`) ? Employez les poids : à la main avec la colonne `weight`, ou avec
# `design`. Quelques entreprises n'ont pas répondu.

# %% tags=["exercise"]
answer = ...
check("1.4", answer)

# %% tags=["solution"]
answered = firms[firms["young_in_firm"].notna()]
answer = (answered["young_in_firm"] * answered["weight"]).sum() / answered["weight"].sum()
check("1.4", answer)

# %% [markdown]
# ## Une erreur courante
#
# Un collègue est pressé. Parmi les entreprises qui publient, combien savent combien de personnes les
# voient ? La question, `reach_known`, n'a été posée qu'aux entreprises présentes sur un réseau. Les valeurs
# manquantes le gênent, il les remplace par des zéros. La cellule s'exécute, un nombre sort, personne n'est
# averti.

# %%
hurried = firms["reach_known"].fillna(0).mean()
round(float(hurried), 3)

# %% [markdown]
# ### Exercice 1.5
#
# Il y a **deux** fautes dans cette cellule. Corrigez-les toutes les deux, et donnez la part.

# %% tags=["exercise"]
answer = ...
check("1.5", answer)

# %% tags=["solution"]
answer = design.proportion("reach_known")["estimate"]
check("1.5", answer)

# %% [markdown]
# ## À retenir
#
# 1. **Calculer** : un taux, ce sont les oui divisés par la base. Nommez toujours la base : toutes les
#    entreprises, ou les connectées ? Une non-réponse n'est pas un non.
# 2. **Encadrer** : l'intervalle dépend du nombre de réponses, pas de la taille du pays ; quatre fois plus
#    de réponses le rendent deux fois plus étroit. Les 95 % parlent de la méthode, sur un grand nombre
#    d'échantillons.
# 3. **Pondérer** : quand certaines entreprises ont été visitées plus que leur part, un taux sans poids
#    décrit l'échantillon, et non le pays.
#
# ## Questions
#
# Remplacez les points par une lettre entre guillemets, par exemple `"a"`.

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
# ## Pour aller plus loin
#
# - **La même étape dans un rapport** : `notebooks/research/01_adoption.ipynb` calcule ce taux pour chaque
#   réseau, chaque secteur et chaque taille, avec le même `SurveyDesign`. Changez ses paramètres et
#   relancez-le.
# - **Essayez** : comment le taux évolue-t-il de 2022 à 2026 ? Changez l'année dans la partie 1 et relancez
#   le carnet. (Les vérifications ne connaissent que 2022.)
# - **Réfléchissez** : l'intervalle couvre la malchance. Il ne couvre ni les entreprises qui ont refusé de
#   répondre, ni une question mal posée. Que pourriez-vous y faire ?
#
# **Les mots.** *Base* : les réponses par lesquelles on divise. *Intervalle* : les vrais taux qui ont bien
# pu donner ce que nous avons vu. *Poids* : le nombre d'entreprises qu'une réponse représente. *Strate* : un
# groupe d'entreprises échantillonné à part. *Simulé* : fabriqué par un programme dont les règles sont
# écrites, et qui ne parle d'aucune entreprise réelle.
