"""nbgrader's own steps from a submitted notebook to a graded one, taken without its converter.

Every step is nbgrader's preprocessor, or ours, under the course's configuration; those that would open the gradebook
look into what was read from it before.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor, Preprocessor
from nbformat import validator
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import SCHEMA_VERSION, MetadataValidator
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograders.engine.released import ReleasedAssignment
from autograders.execute import QuestExecute
from autograders.restore import RestoreQuestCells, restore_quests
from autograders.save import QuestSaveAutoGrades

__all__ = ["Steps", "unknown_steps"]

_SANITISING = {ClearOutput, RestoreQuestCells, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata}
_GRADING = {
    *(QuestExecute, IgnorePattern, ClearMetadataPreprocessor, LimitOutput, QuestSaveAutoGrades, AssignLatePenalties),
    CheckCellMetadata,
}


def _classes(config: Config) -> tuple[list[type], list[type]]:
    autograde = Autograde(config=config)
    return tuple(  # type: ignore[return-value]
        [import_item(step) if isinstance(step, str) else step for step in steps]
        for steps in (autograde.sanitize_preprocessors, autograde.autograde_preprocessors)
    )


def unknown_steps(config: Config) -> list[str]:
    """Return the preprocessors in a course's configuration that only nbgrader's converter can run."""
    sanitising, grading = _classes(config)
    unknown = [step for step in sanitising if step not in _SANITISING]
    unknown += [step for step in grading if step not in _GRADING]
    order = [step for step in grading if step in {QuestExecute, QuestSaveAutoGrades}]
    return [step.__name__ for step in unknown] or ([] if order == [QuestExecute, QuestSaveAutoGrades] else ["order"])


class Steps:
    """The steps of one course, for one thread.

    Parameters
    ----------
    config
        The course root's configuration; `unknown_steps` has found nothing in it.
    """

    def __init__(self, config: Config, log: logging.Logger) -> None:
        sanitising, grading = _classes(config)
        make = {CheckCellMetadata: _CheckCellMetadata, OverwriteCells: _OverwriteCells}
        self._sanitising = [make.get(step, step)(config=config, log=log) for step in sanitising]
        self._showing = [
            make.get(step, step)(config=config, log=log)
            for step in grading
            if step not in {QuestExecute, QuestSaveAutoGrades, AssignLatePenalties}
        ]
        self.late = next((s(config=config, log=log) for s in grading if s is AssignLatePenalties), None)
        self.execute = QuestExecute(config=config, log=log)

    def read(self, text: str, resources: dict[str, Any], released: ReleasedAssignment) -> Any:
        """Return a submitted notebook as it was released, with the student's answers in it.

        Raises
        ------
        Exception
            Whatever nbgrader and nbformat raise for a notebook that cannot be used.
        """
        nb = _normal(nbformat.reads(text, as_version=4))
        facts = resources["nbgrader"]
        entry = released.find_notebook(facts["notebook"], facts["assignment"])
        for step in self._sanitising:
            if not step.enabled:
                continue
            if isinstance(step, RestoreQuestCells):
                restore_quests(nb, entry)
            elif isinstance(step, OverwriteKernelspec):
                if entry.kernelspec and (spec := json.loads(entry.kernelspec)):
                    nb.metadata["kernelspec"] = nbformat.from_dict(spec)
            elif isinstance(step, _OverwriteCells):
                step.overwrite(nb, resources, released)
            else:
                nb, _ = step(nb, resources)
        nbformat.validate(nb, relax_add_props=True)
        return nb

    def show(self, nb: Any, resources: dict[str, Any]) -> Any:
        """Return an executed notebook with its outputs limited as the course says."""
        for step in self._showing:
            nb, _ = step(nb, resources)
        return nb

    def write(self, nb: Any) -> str:
        """Return a graded notebook as text."""
        nbformat.validate(nb, relax_add_props=True)
        text: str = nbformat.writes(nb, version=4)
        return text if text.endswith("\n") else text + "\n"


def _normal(nb: Any) -> Any:
    return validator.normalize(nb)[1]


class _OverwriteCells(OverwriteCells):
    def overwrite(self, nb: Any, resources: Any, released: ReleasedAssignment) -> None:
        facts = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.gradebook = facts["notebook"], facts["assignment"], released
        Preprocessor.preprocess(self, nb, resources)
        if self.add_missing_cells:
            self.add_missing_grade_cells(nb, resources)
            self.add_missing_task_cells(nb, resources)


class _CheckCellMetadata(CheckCellMetadata):
    """nbgrader's check, with its schema compiled once."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        _VALIDATOR.validate_nb(nb)
        return nb, resources


class _CompiledSchema(BaseMetadataValidator):
    def validate_cell(self, cell: Any) -> None:
        facts = cell.metadata.get("nbgrader")
        if facts is None or (_is_current(facts) and _SCHEMA.is_valid(facts)):
            return
        super().validate_cell(cell)


class _Validator(MetadataValidator, _CompiledSchema):
    """nbgrader's validator, whose next in line is ours."""


def _is_current(facts: Any) -> bool:
    return bool(facts.get("schema_version", 0) == SCHEMA_VERSION)


_VALIDATOR = _Validator()
_SCHEMA = jsonschema.validators.validator_for(_VALIDATOR.schema)(_VALIDATOR.schema)
