"""Reports: a page that opens anywhere, or an error that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import nbformat
import pytest

from analytics.load import LoadSummary
from analytics.report import reports, run_report
from gitquest_kernel.errors import ReportError
from tests.analytics.classroom import HOSTILE, Classroom


def without_plotly(page: str) -> str:
    """The page without the library, which holds addresses and markup of its own."""
    return re.sub(r"<script>/\*\*.*?</script>", "", page, count=1, flags=re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lesson-funnel", "quest-difficulty"])
def test_a_report_is_one_page_that_needs_no_network(
    first_load: tuple[Classroom, LoadSummary], name: str, tmp_path: Path
) -> None:
    run = run_report(name, first_load[0].root, [("course", "git")], output=tmp_path / "out" / "page.html")
    page = Path(run.html).read_text()
    ours = without_plotly(page)
    assert page.count("plotly.js v") == 1
    assert ours.count("Plotly.newPlot(") >= 2
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", ours)
    assert "import plotly" not in ours
    executed = nbformat.read(run.notebook, as_version=4)
    assert 'course = "git"' in "".join(cell.source for cell in executed.cells)


@pytest.mark.slow
def test_names_and_titles_that_hold_markup_are_shown_as_text(
    first_load: tuple[Classroom, LoadSummary], tmp_path: Path
) -> None:
    funnel = run_report("lesson-funnel", first_load[0].root, output=tmp_path / "funnel.html")
    page = without_plotly(Path(funnel.html).read_text())
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script>alert" not in page
    unnamed = run_report("lesson-funnel", first_load[0].root, [("names", "no")], output=tmp_path / "unnamed.html")
    assert "onerror" not in without_plotly(Path(unnamed.html).read_text())


@pytest.mark.slow
def test_a_class_without_submissions_gets_pages_that_say_so(empty_load: Classroom) -> None:
    for name in reports():
        run = run_report(name, empty_load.root)
        page = Path(run.html).read_text()
        assert Path(run.html) == empty_load.root / "reports" / f"{name}.html"
        assert re.search("No submissions yet|No answers judged yet", page)
        assert "<h2" not in page


@pytest.mark.slow
def test_a_cell_that_fails_is_named_and_the_page_from_before_stays(tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "lesson-funnel.html").write_text("the page from before")
    with duckdb.connect(str(tmp_path / "warehouse" / "quest.duckdb")) as connection:
        connection.execute("create table dim_quest (course text, course_title text)")
    with pytest.raises(ReportError, match="mart_lesson_funnel does not exist") as caught:
        run_report("lesson-funnel", tmp_path)
    assert re.fullmatch(r"lesson-funnel\.ipynb, cell \d+", caught.value.where)
    assert "CatalogException" in caught.value.problem
    assert "Traceback" in (tmp_path / "reports" / "lesson-funnel.ipynb").read_text()
    assert (tmp_path / "reports" / "lesson-funnel.html").read_text() == "the page from before"


@pytest.mark.parametrize("name", ["funnel", "../notebooks/lesson-funnel", "*", ""])
def test_an_unknown_report_is_an_error_that_lists_those_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="there is no report") as caught:
        run_report(name, tmp_path)
    assert "lesson-funnel, quest-difficulty" in caught.value.remedy


def test_a_report_needs_a_warehouse(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="gitquest load"):
        run_report("lesson-funnel", tmp_path)


def test_where_the_data_is_cannot_be_given_as_a_parameter(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no parameter 'warehouse'"):
        run_report("lesson-funnel", tmp_path, [("warehouse", "/elsewhere.duckdb")])


@pytest.mark.slow
def test_a_course_that_the_warehouse_does_not_have_is_an_error(first_load: tuple[Classroom, LoadSummary]) -> None:
    with pytest.raises(ReportError, match="no course 'gti'") as caught:
        run_report("lesson-funnel", first_load[0].root, [("course", "gti")])
    assert "There are: git." in caught.value.remedy
