"""The answer grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitquest_kernel.errors import AnswerSyntaxError
from gitquest_kernel.sandbox.grammar import Incomplete, parse


def words(text: str) -> list[list[str]]:
    return [[w.text for w in c.words] for line in parse(text) for p in line.pipelines for c in p.commands]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git init", [["git", "init"]]),
        ("  git   status  ", [["git", "status"]]),
        ("git commit -m 'two words'", [["git", "commit", "-m", "two words"]]),
        ('git commit -m "it\'s"', [["git", "commit", "-m", "it's"]]),
        ('echo "a \\"b\\" \\n"', [["echo", 'a "b" \\n']]),
        ("echo a\\ b", [["echo", "a b"]]),
        ("echo pre'mid'post", [["echo", "premidpost"]]),
        ("# a comment\ngit init # more", [["git", "init"]]),
        ("echo a#b", [["echo", "a#b"]]),
        ("git init; git status && ls || pwd", [["git", "init"], ["git", "status"], ["ls"], ["pwd"]]),
        ("git log | head -1", [["git", "log"], ["head", "-1"]]),
        ("git log \\\n  --oneline", [["git", "log", "--oneline"]]),
        ("git commit -m 'one\ntwo'", [["git", "commit", "-m", "one\ntwo"]]),
        ("git show HEAD@{1}", [["git", "show", "HEAD@{1}"]]),
        ("git show HEAD^2~1", [["git", "show", "HEAD^2~1"]]),
        ("git log main..topic", [["git", "log", "main..topic"]]),
        ("git commit -m wait!", [["git", "commit", "-m", "wait!"]]),
        ('git commit -m "one\\\ntwo"', [["git", "commit", "-m", "onetwo"]]),
        ("git log --grep '(a|b)' '{x,y}'", [["git", "log", "--grep", "(a|b)", "{x,y}"]]),
        ("git show HEAD@{2.days.ago}", [["git", "show", "HEAD@{2.days.ago}"]]),
        ("git diff ':(exclude)a'", [["git", "diff", ":(exclude)a"]]),
        ("", []),
        ("\n\n# nothing\n", []),
    ],
)
def test_words_are_read_as_a_shell_reads_them(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


def test_a_here_document_keeps_its_lines_as_they_stand() -> None:
    (line,) = parse("cat > a.txt <<'END'\n# not a comment\n  two\n\nEND")
    (document,) = line.pipelines[0].commands[0].documents
    assert document.text == "# not a comment\n  two\n\n"
    assert document.literal
    assert not document.for_editor


def test_several_editor_texts_belong_to_one_command() -> None:
    (line,) = parse("git rebase -i HEAD~2 <<EDITOR1 <<EDITOR2\npick a\nEDITOR1\nmessage\nEDITOR2\n")
    documents = line.pipelines[0].commands[0].documents
    assert [(d.text, d.for_editor) for d in documents] == [("pick a\n", True), ("message\n", True)]


def test_lines_carry_their_number_and_source() -> None:
    lines = parse("git init\n\ncat <<E\nx\nE\ngit status")
    assert [(line.number, line.source) for line in lines] == [
        (1, "git init"),
        (3, "cat <<E\nx\nE"),
        (6, "git status"),
    ]
    assert lines[1].head == "cat <<E"


@pytest.mark.parametrize("text", ["echo 'open", 'echo "open', "cat <<END\nno end", "git log \\"])
def test_an_unfinished_line_says_that_more_may_follow(text: str) -> None:
    with pytest.raises(Incomplete):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["git log &", "echo $(date)", "echo `date`", "(git init)", "| git", "git init &&", "echo >", "> a", "a ||| b"],
)
def test_what_is_not_in_the_grammar_says_so_with_its_line(text: str) -> None:
    with pytest.raises(AnswerSyntaxError, match="line 2"):
        parse(f"git init\n{text}")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("cat <<<text", "here-document"),
        ("cat <<-END", "without indentation"),
        ("ls &> all.txt", "> file 2>&1"),
        ("ls |& wc", "2>&1 |"),
        ("touch {a,b}", "each name"),
        ("touch {1..3}", "each name"),
        ("git commit -m “hello”", "plain '\"'"),
        ("git\u00a0status", "plain ' '"),
        ("git add :(exclude)a", "quotes"),
        ("echo `date`", "as it stands"),
    ],
)
def test_what_the_grammar_lacks_is_answered_with_what_it_has(text: str, remedy: str) -> None:
    with pytest.raises(AnswerSyntaxError) as caught:
        parse(text)
    assert remedy in caught.value.remedy


def test_redirections_are_read_with_their_targets() -> None:
    (line,) = parse("git status 2>/dev/null 1> out.txt 2>>errors.txt >&2 2>&1")
    found = [(r.operator, r.target and r.target.text) for r in line.pipelines[0].commands[0].redirects]
    assert found == [("2>", "/dev/null"), (">", "out.txt"), ("2>>", "errors.txt"), (">&2", None), ("2>&1", None)]


def read_or_refused(text: str) -> bool:
    try:
        return all(line.pipelines for line in parse(text))
    except AnswerSyntaxError as error:
        return bool(error.problem and error.where)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_read_or_refused_but_never_crashes(text: str) -> None:
    assert read_or_refused(text)


@given(st.text(alphabet=st.sampled_from("ab '\"\\$|;&<>#\n\t{}@^~*?EDITOR"), max_size=60))
def test_any_punctuation_is_read_or_refused_but_never_crashes(text: str) -> None:
    assert read_or_refused(text)
