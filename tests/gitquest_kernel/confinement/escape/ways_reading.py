"""Ways to read what lies outside: options that name files and repositories, links, files that point elsewhere."""

from __future__ import annotations

from tests.gitquest_kernel.confinement.escape.vectors import Vector
from tests.gitquest_kernel.confinement.escape.way import Way, reaching

__all__ = ["READING"]

_FILE = "the policy reads commands, not the files that they write"
_GLOB = "a glob sees only what lies inside"
_FETCHED = "git show FETCH_HEAD:secret.txt"
_COMMITTED = "git log -1 --format=%B"
_LINK = "printf @OUT@/canary | git hash-object -w --stdin\ngit update-index --add --cacheinfo 120000,@FILE@,link\n"
_FOLDER = "printf @OUT@ | git hash-object -w --stdin\ngit update-index --add --cacheinfo 120000,@FOLDER@,link\n"

COMMANDS = reaching(
    "file command that reads",
    Vector.READ,
    {
        "cat": "cat @OUT@/canary",
        "cat -e": "cat -e @OUT@/canary",
        "cat <": "cat < @OUT@/canary",
        "cat, climbing": "cat @UP@/canary",
        "cp": "cp @OUT@/canary here",
        "cp -t": "cp -t . @OUT@/canary",
        "cut": "cut -c1- @OUT@/canary",
        "diff": "diff a.txt @OUT@/canary",
        "diff --to-file": "diff --to-file=@OUT@/canary a.txt",
        "diff -e": "diff -e a.txt @OUT@/canary",
        "grep": "grep . @OUT@/canary",
        "grep -e": "grep -e . @OUT@/canary",
        "grep -r": "grep -r secret @OUT@",
        "head": "head @OUT@/canary",
        "ln": "ln @OUT@/canary here\ncat here",
        "mv": "mv @OUT@/canary here",
        "nl": "nl @OUT@/canary",
        "rev": "rev @OUT@/canary | rev",
        "sed": "sed p @OUT@/canary",
        "sed -e": "sed -e p @OUT@/canary",
        "sort": "sort @OUT@/canary",
        "sort --files0-from": "printf '@OUT@/canary\\0' | sort --files0-from=-",
        "sort -u -m": "sort -u -m @OUT@/canary",
        "tac": "tac @OUT@/canary",
        "tail": "tail @OUT@/canary",
        "tee": "tee < @OUT@/canary here",
        "tr": "tr a a < @OUT@/canary",
        "uniq": "uniq @OUT@/canary",
    },
) + reaching(
    "file command that reads",
    Vector.READ,
    {
        "ls -S": "ls -S @OUT@",
        "ls": "ls @OUT@",
        "find": "find @OUT@ -name 'secret*'",
        "find -files0-from (from a file)": "printf '@OUT@\\0' > names\nfind -files0-from names -name 'secret*'",
        "find -files0-from": "printf '@OUT@\\0' | find -files0-from - -name 'secret*'",
    },
)

COMMANDS += reaching(
    "file command that reads",
    Vector.READ,
    {"sed r": "echo 'r @OUT@/canary' > s.sed\nsed -f s.sed a.txt"},
    "neutral",
    "sed runs with --sandbox",
)

COMMANDS += reaching(
    "file command that reads",
    Vector.READ,
    {
        "a glob in echo": "echo @OUT@/secret*",
    },
    "neutral",
    _GLOB,
)

LINKS = reaching(
    "link",
    Vector.READ,
    {
        "ln -s": "ln -s @OUT@/canary here\ncat here",
        "ln -s that climbs": "ln -s @UP@/canary here\ncat here",
        "ln -s made deep, read from above": "mkdir -p d1/d2/d3\ncd d1/d2/d3\nln -s ../../.. ../../../up\ncd ../../..\n"
        "cat up/@ABOVE@/canary",
        "a link that git makes": f"{_LINK}git checkout-index link\ncat link",
        "a link in a patch": "git apply <<'END'\ndiff --git a/link b/link\nnew file mode 120000\n"
        "--- /dev/null\n+++ b/link\n"
        "@@ -0,0 +1 @@\n+@OUT@/canary\n\\ No newline at end of file\nEND\ncat link",
        "a link to a folder that git makes": f"{_FOLDER}git checkout-index link\ncat link/canary",
        "a glob through a link": f"{_FOLDER}git checkout-index link\ncat link/can*",
        "cd through a link": f"{_FOLDER}git checkout-index link\ncd link\ncat canary",
        "cp through a link": f"{_LINK}git checkout-index link\ncp link here",
        "commit -F a link": f"{_LINK}git checkout-index link\ngit commit -q --allow-empty -F link\n{_COMMITTED}",
        "commit -aF a link": f"{_LINK}git checkout-index link\ngit commit -q --allow-empty -aFlink\n{_COMMITTED}",
        "cp -rL through a link": f"{_FOLDER}git checkout-index link\nmkdir d\nmv link d\ncp -rL d here",
        "diff -r through a link": f"{_FOLDER}git checkout-index link\nmkdir d e\nmv link d\nmkdir e/link\n"
        "touch e/link/canary\ndiff -r d e",
        ".git made a link": "printf @OUT@/repo.git | git hash-object -w --stdin\n"
        "git update-index --add --cacheinfo 120000,@REPO@,link\ngit checkout-index link\nmkdir d\nmv link d/.git\n"
        "git -C d show main:secret.txt",
    },
) + reaching(
    "link",
    Vector.READ,
    {
        "grep -R through a link": f"{_FOLDER}git checkout-index link\ngrep -R secret .",
        "find -L through a link": f"{_FOLDER}git checkout-index link\nfind -L . -name 'secret*'",
    },
    "left",
    "a link that git made is followed by programs that look for themselves",
)

LINKS += reaching(
    "link",
    Vector.READ,
    {
        "echo a glob through a link": f"{_FOLDER}git checkout-index link\necho link/secret*",
    },
    "neutral",
    _GLOB,
)

NAMED = reaching(
    "git option that reads",
    Vector.READ,
    {
        "-C": "git -C @OUT@/repo.git show main:secret.txt",
        "--git-dir": "git --git-dir @OUT@/repo.git show main:secret.txt",
        "--git-dir=": "git --git-dir=@OUT@/repo.git show main:secret.txt",
        "--work-tree": "git --work-tree=@OUT@ add canary\ngit show :canary",
        "-c commit.template": "git -c commit.template=@OUT@/canary commit --allow-empty\ncat .git/COMMIT_EDITMSG",
        "-c remote.X.url": "git -c remote.x.url=@OUT@/repo.git fetch -q x\n" + _FETCHED,
        "-c url.X.insteadOf": "git -c url.@OUT@/.insteadOf=x: fetch -q x:repo.git\n" + _FETCHED,
        "archive --add-file": "git archive --add-file=@OUT@/canary HEAD > x.tar\ncat x.tar",
        "archive --remote": "git archive --remote=@OUT@/repo.git main",
        "blame --contents": "git blame --contents @OUT@/canary a.txt",
        "clone": "git clone -q @OUT@/repo.git copy\ncat copy/secret.txt",
        "clone file://": "git clone -q file://@OUT@/repo.git copy\ncat copy/secret.txt",
        "clone --reference": "git clone -q --reference @OUT@/repo.git . copy\n"
        "git -C copy cat-file --batch-all-objects --batch",
        "clone climbing": "git clone -q @UP@/repo.git copy\ncat copy/secret.txt",
        "column": "git column < @OUT@/canary",
        "commit -F": f"git commit -q --allow-empty -F @OUT@/canary\n{_COMMITTED}",
        "commit -aF": f"git commit -q --allow-empty -aF@OUT@/canary\n{_COMMITTED}",
        "commit --file": f"git commit -q --allow-empty --file=@OUT@/canary\n{_COMMITTED}",
        "commit --template": "git commit --allow-empty -t @OUT@/canary\ncat .git/COMMIT_EDITMSG",
        "commit-tree -F": "git commit-tree HEAD^{tree} -F @OUT@/canary > id\ngit cat-file --batch-all-objects --batch",
        "-c include.path": "git -c include.path=@OUT@/settings config x.y",
        "config --file": "git config --file @OUT@/settings --list",
        "config -f": "git config -f@OUT@/settings --list",
        "config include.path": "git config include.path @OUT@/settings\ngit config x.y",
        "diff --no-index": "git diff --no-index @OUT@/canary a.txt",
        "diff --no-index, climbing": "git diff --no-index a.txt @UP@/canary",
        "fetch": "git fetch -q @OUT@/repo.git\n" + _FETCHED,
        "fetch file://": "git fetch -q file://@OUT@/repo.git\n" + _FETCHED,
        "format-patch --signature-file": "git format-patch --stdout --signature-file=@OUT@/canary -1",
        "hash-object": "git hash-object -w @OUT@/canary\ngit cat-file --batch-all-objects --batch",
        "hash-object --stdin-paths": "echo @OUT@/canary | git hash-object -w --stdin-paths\n"
        "git cat-file --batch-all-objects --batch",
        "hash-object --stdin-p (shortened)": "echo @OUT@/canary | git hash-object -w --stdin-p\n"
        "git cat-file --batch-all-objects --batch",
        "interpret-trailers": "git interpret-trailers @OUT@/canary",
        "fetch, climbing": "git fetch -q @UP@/repo.git\n" + _FETCHED,
        "merge-file": "touch x y\ngit merge-file -p x y @OUT@/canary",
        "notes add -F": "git notes add -F @OUT@/canary\ngit log -1",
        "pull": "git pull -q --no-rebase @OUT@/repo.git main\ncat secret.txt",
        "remote add": "git remote add x @OUT@/repo.git\ngit fetch -q x\ngit show x/main:secret.txt",
        "remote set-url": "git remote set-url origin @OUT@/repo.git\ngit fetch -q\ngit show origin/main:secret.txt",
        "stripspace": "git stripspace < @OUT@/canary",
        "submodule add": "git submodule --quiet add @OUT@/repo.git sub\ncat sub/secret.txt",
        "subtree add": "git status -s\ngit subtree add -q --prefix=sub @OUT@/repo.git main\ncat sub/secret.txt",
        "tag -F": "git tag -F @OUT@/canary x\ngit cat-file tag x",
        "worktree of another": "git --git-dir=@OUT@/repo.git worktree add -q w main\ncat w/secret.txt",
    },
)

FILES = reaching(
    "file that points outside",
    Vector.READ,
    {
        "objects/info/alternates": "echo @OUT@/repo.git/objects > .git/objects/info/alternates\n"
        "git cat-file --batch-all-objects --batch",
        "a .git file": "mkdir d\necho 'gitdir: @OUT@/repo.git' > d/.git\ngit -C d show main:secret.txt",
        "commondir": "mkdir d\necho 'ref: refs/heads/main' > d/HEAD\necho @OUT@/repo.git > d/commondir\n"
        "git --git-dir=d show main:secret.txt",
        "core.worktree in .git/config": "printf '[core]\\nworktree=@OUT@\\n' >> .git/config\ngit add -f canary\n"
        "git show :canary",
        "a remote in .git/config": "printf '[remote \"x\"]\\nurl=@OUT@/repo.git\\n' >> .git/config\ngit fetch -q x\n"
        + _FETCHED,
        "insteadOf in .git/config": "printf '[url \"@OUT@/\"]\\ninsteadOf=x:\\n' >> .git/config\n"
        f"git fetch -q x:repo.git\n{_FETCHED}",
        "commit.template in .git/config": "printf '[commit]\\ntemplate=@OUT@/canary\\n' >> .git/config\n"
        "git commit --allow-empty\ncat .git/COMMIT_EDITMSG",
        ".git/remotes": "mkdir .git/remotes\necho 'URL: @OUT@/repo.git' > .git/remotes/x\ngit fetch -q x\n" + _FETCHED,
        ".gitmodules": "cp -r remote.git r\nprintf '[submodule \"s\"]\\npath=s\\nurl=@OUT@/repo.git\\n' > .gitmodules\n"
        "git update-index --add --cacheinfo 160000,@HEAD@,s\ngit submodule --quiet update --init --remote\n"
        "cat s/secret.txt",
        "include in .git/config": "printf '[include]\\npath=@OUT@/settings\\n' >> .git/config\ngit config x.y",
    },
    "left",
    _FILE,
)

VARIABLES = reaching(
    "variable that reads",
    Vector.READ,
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "GIT_ALTERNATE_OBJECT_DIRECTORIES=@OUT@/repo.git/objects"
        " git cat-file --batch-all-objects --batch",
        "GIT_DIR": "GIT_DIR=@OUT@/repo.git git show main:secret.txt",
        "GIT_OBJECT_DIRECTORY": "GIT_OBJECT_DIRECTORY=@OUT@/repo.git/objects git cat-file --batch-all-objects --batch",
        "GIT_WORK_TREE": "GIT_WORK_TREE=@OUT@ git add canary\ngit show :canary",
    },
)

READING: tuple[Way, ...] = (*COMMANDS, *LINKS, *NAMED, *FILES, *VARIABLES)
