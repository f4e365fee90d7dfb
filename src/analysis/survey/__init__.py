"""What do the firms answer, and how sure can we be? Questionnaire, reading, sampling design and inference."""

from __future__ import annotations

from analysis.survey.design import SurveyDesign

__all__ = ["SurveyDesign"]
