"""What every quest's panel has: the goal, the checks, hints one at a time, and a button that judges."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ipywidgets as widgets

from gitquest_kernel.checks import CheckResult, Verdict, judge
from gitquest_kernel.errors import GitQuestError
from gitquest_kernel.quest import Quest
from gitquest_kernel.room import Room
from gitquest_kernel.widgets.markup import inline, markdown, plain, section
from gitquest_kernel.widgets.style import STYLE
from gitquest_kernel.widgets.text import panel_text
from gitquest_kernel.widgets.verdict import VerdictView, check_list, points_of

__all__ = ["Panel", "html_box"]


def html_box(content: str = "") -> Any:
    """Return a widget for HTML of ours; whatever came from elsewhere is escaped before."""
    return widgets.HTML(f'<div class="gq">{content}</div>' if content else "")


class Panel(widgets.VBox):  # type: ignore[misc]
    """Frame one quest.

    All work runs on one thread of the panel's own, so that callbacks return at once and nothing races.

    Parameters
    ----------
    middle
        What this kind of quest is played with, between the checks and the buttons.
    beside
        What stands to the right of the checks.
    """

    def __init__(
        self,
        room: Room,
        quest: Quest,
        middle: Sequence[Any],
        *,
        beside: Sequence[Any] = (),
    ) -> None:
        self.room, self.quest = room, quest
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"gitquest-{quest.id}")
        self.closed = False
        self._hints_shown = 0
        self._checks, self._hints, self._notice, self._verdict = (html_box() for _ in range(4))
        self.check = self.button("Check", self._check, "Judge the answer as it stands", style="primary")
        self.hint = self.button("Hint", self._hint, "Show the next hint")
        self.hint.disabled = not quest.hints
        self._aside = widgets.VBox([self._checks, self._hints], layout={"flex": "1 1 260px", "padding": "4px 14px"})
        # Boxes beside each other that stack in a narrow window.
        row = widgets.Box([self._aside, *beside], layout={"display": "flex", "flex_flow": "row wrap"})
        self._bar = widgets.HBox([self.check, self.hint], layout={"flex_flow": "row wrap", "padding": "6px 12px"})
        super().__init__([html_box(STYLE + _header(quest)), row, *middle, self._bar, self._notice, self._verdict])
        self.add_class("gq-panel")
        self.show_checks(None)

    def button(self, label: str, work: Callable[[], None], tooltip: str, style: str = "") -> Any:
        """Return a button that queues ``work`` on the panel's thread."""
        button = widgets.Button(description=label, tooltip=tooltip, button_style=style, layout={"width": "auto"})
        button.on_click(lambda _: self.later(work))
        return button

    def add_buttons(self, *buttons: Any) -> None:
        """Put further buttons right of Check and Hint."""
        self._bar.children = (*self._bar.children, *buttons)

    def later(self, work: Callable[[], None]) -> None:
        """Queue work; what goes wrong in it is said in the panel. A closed panel takes none."""
        if not self.closed:
            self._worker.submit(self._guarded, work)

    def settle(self) -> None:
        """Wait until everything queued so far is done."""
        self._worker.submit(lambda: None).result()

    def shut(self) -> None:
        """End the panel: its quest was opened again elsewhere."""
        if self.closed:
            return
        self.later(self.release)
        self.closed = True
        self._worker.shutdown(wait=False)
        for widget in _below(self):
            if widget.has_trait("disabled"):
                widget.disabled = True
        self.say("This quest was opened again; this panel is closed.")

    def keep(self) -> None:
        """Save what stands in the panel, where typing alone does not; on the panel's thread."""

    def release(self) -> None:
        """Give back what the panel holds; on its own thread."""

    def say(self, text: str, *, error: bool = False) -> None:
        """Show a short message below the buttons; an empty one takes the last away."""
        kind = ' gq-error" role="alert' if error else '" role="status'
        self._notice.value = f'<div class="gq gq-notice{kind}">{plain(text)}</div>' if text else ""

    def show_checks(self, results: Iterable[CheckResult] | None, *, explain: bool = False) -> None:
        """Show where each check stands."""
        self._checks.value = section("Checks", check_list(self.quest, results, explain=explain))
        self._fold()

    def judged(self, verdict: Verdict, note: str = "") -> None:
        """Show a verdict and log it."""
        self.room.judged(verdict)
        view = VerdictView(self.quest, verdict, note)
        self._verdict.value = f'<div style="padding: 2px 14px 8px" role="status">{view.html}</div>'

    def stale(self) -> None:
        """Take the last verdict away, because the answer has changed since."""
        self._verdict.value = ""

    def _check(self) -> None:
        self.keep()
        self.say("Checking …")
        verdict = judge(self.quest, self.room.saved(self.quest))
        self.say("")
        self.judged(verdict, self.room.overruled(self.quest))

    def _hint(self) -> None:
        self._hints_shown = min(self._hints_shown + 1, len(self.quest.hints))
        self.room.events.write("hint_shown", self.quest.id, number=self._hints_shown)
        shown = "".join(f"<li>{inline(hint)}</li>" for hint in self.quest.hints[: self._hints_shown])
        self._hints.value = section("Hints", f'<ol class="gq-hints">{shown}</ol>')
        self._fold()
        left = len(self.quest.hints) - self._hints_shown
        self.hint.disabled = not left
        self.hint.description = f"Next hint ({left} left)" if left else "No more hints"

    def _fold(self) -> None:
        """Give the room of the checks to what stands beside them while there are neither checks nor hints."""
        self._aside.layout.display = None if self._checks.value or self._hints.value else "none"

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except GitQuestError as error:
            self.say(str(error), error=True)
        except Exception:
            self.say(f"Git Quest made a mistake; your answer is saved.\n{traceback.format_exc()}", error=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = panel_text(self.quest)
        return bundle


def _below(widget: Any) -> Iterator[Any]:
    for child in getattr(widget, "children", ()):
        yield child
        yield from _below(child)


def _header(quest: Quest) -> str:
    facts = (quest.type.replace("_", " "), quest.difficulty, f"{points_of(quest.points)} points", f"{quest.xp} XP")
    chips = "".join(f'<span class="gq-chip">{plain(fact)}</span>' for fact in facts)
    story = f"<details><summary>Story</summary>{markdown(quest.story)}</details>" if quest.story else ""
    return (
        f'<div class="gq gq-header"><div class="gq-title"><strong>{plain(quest.title)}</strong>{chips}</div>'
        f"{markdown(quest.task)}{story}</div>"
    )
