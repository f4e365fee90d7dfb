"""What do the firms answer, and how sure can we be? Questionnaire, reading, sampling design and inference."""

from __future__ import annotations

from analysis.survey.codebook import Codebook, Variable, load_codebook
from analysis.survey.design import SurveyDesign
from analysis.survey.files.scaffolding import scaffold
from analysis.survey.read import read_survey
from analysis.survey.validation import SurveyFile, check_survey, inspect_survey

__all__ = [
    "Codebook",
    "SurveyDesign",
    "SurveyFile",
    "Variable",
    "check_survey",
    "inspect_survey",
    "load_codebook",
    "read_survey",
    "scaffold",
]
