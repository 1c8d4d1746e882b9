"""Ways to write what lies outside, to reach the network, and to stay behind."""

from __future__ import annotations

from tests.gitquest_kernel.confinement.escape.vectors import Vector
from tests.gitquest_kernel.confinement.escape.way import Way, reaching

__all__ = ["STAYING", "TALKING", "WRITING"]

_FILE = "the policy reads commands, not the files that they write"
_FOLDER = "printf @OUT@ | git hash-object -w --stdin\ngit update-index --add --cacheinfo 120000,@FOLDER@,link\n"

COMMANDS = reaching(
    "file command that writes",
    Vector.WRITE,
    {
        ">": "echo x > @OUT@/marker",
        ">>": "echo x >> @OUT@/victim",
        "2>": "ls missing 2> @OUT@/marker",
        "> through a link": f"{_FOLDER}git checkout-index link\necho x > link/marker",
        "touch through a link": f"{_FOLDER}git checkout-index link\ntouch link/marker",
        "cd through a link": f"{_FOLDER}git checkout-index link\ncd link\ntouch marker",
        "chmod": "chmod 700 @OUT@/victim",
        "chmod -R": "chmod -R 700 @OUT@/folder",
        "cp": "cp a.txt @OUT@/marker",
        "cp --target-directory": "cp --target-directory=@OUT@ a.txt",
        "cp -t": "cp -t@OUT@ a.txt",
        "find -delete": "find @OUT@/victim -delete",
        "find -fprint": "find . -fprint @OUT@/marker",
        "ln": "ln a.txt @OUT@/marker",
        "ln -s": "ln -s a.txt @OUT@/marker",
        "mkdir": "mkdir @OUT@/marker",
        "mkdir -m": "mkdir -m 700 @OUT@/marker",
        "mv": "mv a.txt @OUT@/marker",
        "rm": "rm @OUT@/victim",
        "rm -rf": "rm -rf @OUT@/folder",
        "rmdir": "rmdir @OUT@/folder",
        "sed -i": "sed -i s/victim/x/ @OUT@/victim",
        "sort -o": "sort -o @OUT@/marker a.txt",
        "sort -uo": "sort -uo@OUT@/marker a.txt",
        "tee": "echo x | tee @OUT@/marker",
        "touch": "touch @OUT@/marker",
        "touch -m": "touch -m @OUT@/marker",
        "uniq": "uniq a.txt @OUT@/marker",
    },
) + reaching(
    "file command that writes",
    Vector.WRITE,
    {"sed w": "sed 'w @OUT@/marker' a.txt"},
    "neutral",
    "sed runs with --sandbox",
)

GIT = reaching(
    "git option that writes",
    Vector.WRITE,
    {
        "apply --unsafe-paths": "mkdir d\nprintf '%s\\n' '--- /dev/null' '+++ b/@UP@/marker' '@@ -0,0 +1 @@' '+x' > p\n"
        "git apply --unsafe-paths p",
        "archive -o": "git archive -o @OUT@/marker.tar HEAD",
        "archive -oFILE": "git archive -o@OUT@/marker.tar HEAD",
        "archive --output": "git archive --output=@OUT@/marker.tar HEAD",
        "bundle create": "git bundle create @OUT@/marker main",
        "checkout-index --prefix": "git checkout-index --prefix=@OUT@/ a.txt",
        "clone to": "git clone -q . @OUT@/marker",
        "config --file": "git config --file @OUT@/marker x.y z",
        "config -f": "git config -f@OUT@/marker x.y z",
        "diff --output": "git diff --output=@OUT@/marker HEAD~1",
        "fast-export --export-marks": "git fast-export --export-marks=@OUT@/marker main",
        "fast-import --allow-unsafe-features": "printf 'feature export-marks=@OUT@/marker\\n'"
        " | git fast-import --allow-unsafe-features",
        "fast-import --export-marks": "git fast-import --export-marks=@OUT@/marker < /dev/null",
        "format-patch -o": "git format-patch -o @OUT@/marker -1",
        "format-patch --output-directory": "git format-patch --output-directory=@OUT@/marker -1",
        "init": "git init -q @OUT@/marker",
        "init --separate-git-dir": "git init -q --separate-git-dir=@OUT@/marker d",
        "clone --separate-git-dir": "git clone -q --separate-git-dir @OUT@/marker . d",
        "log --output": "git log --output=@OUT@/marker",
        "merge-file": "touch x\ngit merge-file @OUT@/victim x a.txt",
        "pack-objects": "git rev-parse HEAD | git pack-objects @OUT@/marker",
        "index-pack -o": "git pack-objects -q --all p < /dev/null\nmv p-*.pack p.pack\n"
        "git index-pack -o @OUT@/marker.idx p.pack",
        "push": "git push -q @OUT@/repo.git HEAD:refs/heads/new",
        "push file://": "git push -q file://@OUT@/repo.git HEAD:refs/heads/new",
        "push -c remote.X.url": "git -c remote.x.pushurl=@OUT@/repo.git -c remote.x.url=. push -q x "
        "HEAD:refs/heads/new",
        "push climbing": "git push -q @UP@/repo.git HEAD:refs/heads/new",
        "--work-tree": "git --work-tree=@OUT@ checkout -f HEAD -- a.txt",
        "--git-dir": "git --git-dir=@OUT@/repo.git branch new main",
        "-C": "git -C @OUT@/repo.git branch new main",
        "worktree add": "git worktree add -q @OUT@/marker side",
        "worktree move": "git worktree add -q w side\ngit worktree move w @OUT@/marker",
    },
) + reaching(
    "git option that writes",
    Vector.WRITE,
    {"config --system": "git config --system x.y z"},
    "neutral",
    "a private file stands for the system's",
)

FILES = reaching(
    "file that points outside, written",
    Vector.WRITE,
    {
        "a .git file": "mkdir d\necho 'gitdir: @OUT@/repo.git' > d/.git\ngit -C d branch new main",
        "core.worktree in .git/config": "printf '[core]\\nworktree=@OUT@\\n' >> .git/config\n"
        "git checkout -f HEAD -- a.txt",
        "a remote in .git/config": "printf '[remote \"x\"]\\nurl=@OUT@/repo.git\\n' >> .git/config\n"
        "git push -q x HEAD:refs/heads/new",
        "a pushurl in .git/config": "printf '[remote \"x\"]\\npushurl=@OUT@/repo.git\\nurl=.\\n' >> .git/config\n"
        "git push -q x HEAD:refs/heads/new",
    },
    "left",
    _FILE,
)

VARIABLES = reaching(
    "variable that writes",
    Vector.WRITE,
    {
        "GIT_DIR": "GIT_DIR=@OUT@/repo.git git branch new main",
        "GIT_INDEX_FILE": "GIT_INDEX_FILE=@OUT@/marker git add a.txt",
        "GIT_OBJECT_DIRECTORY": "echo x | GIT_OBJECT_DIRECTORY=@OUT@/repo.git/objects git hash-object -w --stdin",
        "GIT_TRACE": "GIT_TRACE=@OUT@/marker git status",
        "GIT_TRACE2_EVENT": "GIT_TRACE2_EVENT=@OUT@/marker git status",
        "GIT_TRACE_PACKET": "GIT_TRACE_PACKET=@OUT@/marker git ls-remote .",
        "GIT_WORK_TREE": "GIT_WORK_TREE=@OUT@ git checkout -f HEAD -- a.txt",
        "GIT_CONFIG": "GIT_CONFIG=@OUT@/marker git config x.y z",
    },
)

TALKING: tuple[Way, ...] = (
    *reaching(
        "network",
        Vector.TCP,
        {
            "clone http://": "git clone -q http://127.0.0.1:@PORT@/x copy",
            "clone git://": "git clone -q git://127.0.0.1:@PORT@/x copy",
            "clone ssh://": "git clone -q ssh://127.0.0.1:@PORT@/x copy",
            "clone ftp://": "git clone -q ftp://127.0.0.1:@PORT@/x copy",
            "clone --bundle-uri": "git clone -q --bundle-uri=http://127.0.0.1:@PORT@/x . copy",
            "clone --bundle-uri VALUE": "git clone -q --bundle-uri http://127.0.0.1:@PORT@/x . copy",
            "fetch": "git fetch -q http://127.0.0.1:@PORT@/x",
            "ls-remote": "git ls-remote http://127.0.0.1:@PORT@/x",
            "pull": "git pull -q http://127.0.0.1:@PORT@/x",
            "push": "git push -q http://127.0.0.1:@PORT@/x main",
            "remote add": "git remote add x http://127.0.0.1:@PORT@/x\ngit fetch -q x",
            "submodule add": "git submodule --quiet add http://127.0.0.1:@PORT@/x sub",
            "archive --remote": "git archive --remote=git://127.0.0.1:@PORT@/x HEAD",
            "request-pull": "git request-pull HEAD~1 http://127.0.0.1:@PORT@/x main",
            "subtree add": "git status -s\ngit subtree add -q --prefix=sub http://127.0.0.1:@PORT@/x main",
            "http-fetch": "git http-fetch -a 1234567890123456789012345678901234567890 http://127.0.0.1:@PORT@/x/",
            "http-push": "git http-push http://127.0.0.1:@PORT@/x/ main",
            "remote-http": "echo list | git remote-http x http://127.0.0.1:@PORT@/x",
            "-c url.X.insteadOf": "git -c url.http://127.0.0.1:@PORT@/.insteadOf=x: fetch -q x:y",
            "bash's /dev/tcp": "bash -c 'echo x > /dev/tcp/127.0.0.1/@PORT@'",
            "perl": "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(\"127.0.0.1:@PORT@\")->print(1)'",
        },
        inside=False,
    ),
    *reaching(
        "network",
        Vector.TCP,
        {
            "-c remote.X.url": "git -c remote.x.url=http://127.0.0.1:@PORT@/x fetch -q x",
            "a remote in .git/config": "printf '[remote \"x\"]\\nurl=http://127.0.0.1:@PORT@/x\\n' >> .git/config\n"
            "git fetch -q x",
            "insteadOf in .git/config": "printf '[url \"http://127.0.0.1:@PORT@/\"]\\ninsteadOf=x:\\n' >> .git/config\n"
            "git fetch -q x:y",
            ".gitmodules": "printf '[submodule \"s\"]\\npath=s\\nurl=http://127.0.0.1:@PORT@/x\\n' > .gitmodules\n"
            "git update-index --add --cacheinfo 160000,@HEAD@,s\ngit submodule --quiet update --init",
        },
        "neutral",
        "GIT_ALLOW_PROTOCOL=file",
        inside=False,
    ),
)

STAYING: tuple[Way, ...] = tuple(
    reaching(
        "staying behind",
        Vector.PERSIST,
        {
            "setsid": "setsid sh -c 'sleep 3; : @TOKEN@' > /dev/null 2>&1 & sleep 0.3",
        },
        inside=False,
    )
    + reaching(
        "staying behind",
        Vector.PERSIST,
        {
            "an alias in the background": 'git config alias.x \'!setsid sh -c "sleep 3; : @TOKEN@" >/dev/null '
            "2>&1 & sleep 0.3'\n"
            "git x",
            "a hook in the background": "cat > .git/hooks/pre-commit <<'END'\n#!/bin/sh\n"
            "setsid sh -c 'sleep 3; : @TOKEN@' > /dev/null 2>&1 &\nsleep 0.3\nEND\nchmod +x .git/hooks/pre-commit\n"
            "git commit -q --allow-empty -m x",
        },
        "left",
        "lessons teach it",
        inside=False,
    )
)

WRITING: tuple[Way, ...] = (*COMMANDS, *GIT, *FILES, *VARIABLES)
