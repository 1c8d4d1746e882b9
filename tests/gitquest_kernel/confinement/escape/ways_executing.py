"""Ways to have a program of one's own run: by hooks, options, aliases, commands and variables."""

from __future__ import annotations

from tests.gitquest_kernel.confinement.escape.way import Way, executing
from tests.gitquest_kernel.confinement.escape.ways_settings import CARRIERS, KEYS

__all__ = ["EXECUTING"]

_TAUGHT = "lessons teach it"
_FILE = "the policy reads commands, not the files that they write"
_ASK = "printf 'protocol=https\\nhost=localhost\\n\\n' | git"

HOOKS = executing(
    "hook",
    {
        name: f"cp payload .git/hooks/{name}\n{command}"
        for name, command in {
            "applypatch-msg": "git format-patch -q -1 side\ngit reset -q --hard HEAD~1\ngit am -q 0001-side.patch",
            "commit-msg": "git commit --allow-empty -m x",
            "post-checkout": "git checkout -q side",
            "post-commit": "git commit --allow-empty -m x",
            "post-index-change": "touch new\ngit add new",
            "post-merge": "git merge --ff-only -q main\ngit reset -q --hard HEAD~1\ngit merge -q origin/main",
            "post-rewrite": "git commit -q --amend -m x",
            "pre-applypatch": "git format-patch -q -1 side\ngit reset -q --hard HEAD~1\ngit am -q 0001-side.patch",
            "pre-commit": "git commit --allow-empty -m x",
            "pre-merge-commit": "git merge -q -s ours -m x side",
            "pre-push": "git push -q origin HEAD:new",
            "pre-rebase": "git rebase -q -f HEAD~1",
            "prepare-commit-msg": "git commit --allow-empty -m x",
            "reference-transaction": "git tag x",
        }.items()
    }
    | {
        f"{name} of a remote": f"mkdir remote.git/hooks\ncp payload remote.git/hooks/{name}\n"
        f"git push -q origin HEAD:new"
        for name in ("post-receive", "post-update", "pre-receive", "update")
    }
    | {
        "proc-receive of a remote": "mkdir remote.git/hooks\ncp payload remote.git/hooks/proc-receive\n"
        "git -C remote.git config receive.procReceiveRefs refs/heads\ngit push -q origin HEAD:new",
        "push-to-checkout of a remote": "git clone -q . r\ngit -C r config receive.denyCurrentBranch updateInstead\n"
        "mkdir -p r/.git/hooks\ncp payload r/.git/hooks/push-to-checkout\ngit commit -q --allow-empty -m x\n"
        "git push -q r main",
        "pre-auto-gc": "cp payload .git/hooks/pre-auto-gc\ngit config gc.auto 1\ngit config gc.autoDetach false\n"
        "git config gc.autoPackLimit 0\nmkdir -p .git/objects/17\ntouch .git/objects/17/"
        + "0" * 38
        + "\ntouch .git/objects/17/"
        + "1" * 38
        + "\ngit gc --auto",
        "from a template": "mkdir -p t/hooks\ncp payload t/hooks/post-checkout\n"
        "git clone -q --template=@WORK@/t . copy",
    },
    "left",
    _TAUGHT,
)

ALIASES = executing(
    "alias",
    {
        "shell alias": "git config alias.x '!./payload'\ngit x",
        "shell alias of all repositories": "git config --global alias.x '!./payload'\ngit x",
        "alias for difftool": "git config alias.x 'difftool -y -x ./payload'\ngit x HEAD~1",
        "alias with -c": "git config alias.x '-c core.fsmonitor=./payload status'\ngit x",
    },
    "left",
    _TAUGHT,
) + executing(
    "alias",
    {"alias named like a refused command": "git config alias.difftool status\ngit difftool -y -x ./payload HEAD~1"},
)

OPTIONS = (
    executing(
        "option",
        {
            "archive --exec": "git archive --remote=. --exec=./payload HEAD",
            "clone --upload-pack": "git clone --upload-pack=@WORK@/payload --no-local . copy",
            "clone --upload-pa (shortened)": "git clone --upload-pa=@WORK@/payload --no-local . copy",
            "clone -u": "git clone --no-local -u @WORK@/payload . copy",
            "clone -uPROGRAM": "git clone --no-local -u@WORK@/payload . copy",
            "fetch --upload-pack": "git fetch --upload-pack=@WORK@/payload origin",
            "fetch --upl (shortened)": "git fetch --upl @WORK@/payload origin",
            "pull --upload-pack": "git pull --upload-pack @WORK@/payload origin main",
            "ls-remote --upload-pack": "git ls-remote --upload-pack=@WORK@/payload .",
            "ls-remote --exec": "git ls-remote --exec=@WORK@/payload .",
            "push --receive-pack": "git push --receive-pack=@WORK@/payload origin HEAD:new",
            "push --exec": "git push --exec=@WORK@/payload origin HEAD:new",
            "push --rece (shortened)": "git push --rece=@WORK@/payload origin HEAD:new",
            "grep -O": "git grep -O./payload line",
            "grep -nO": "git grep -nO./payload line",
            "grep --open-files-in-pager": "git grep --open-files-in-pager=./payload line",
            "grep --open (shortened)": "git grep --open=./payload line",
            "--exec-path": "cp payload git-x\ngit --exec-path=. x",
        },
    )
    + executing(
        "option",
        {
            "hook run": "cp payload .git/hooks/post-checkout\ngit hook run post-checkout",
            "submodule foreach": "git submodule --quiet add @WORK@/remote.git sub\n"
            "git submodule foreach @WORK@/payload",
            "rebase --exec": "git rebase --exec ./payload HEAD~1",
            "rebase -x": "git rebase -x ./payload HEAD~1",
            "bisect run": "git bisect start HEAD HEAD~3\ngit bisect run ./payload",
            "clone --template": "mkdir -p t/hooks\ncp payload t/hooks/post-checkout\n"
            "git clone -q --template @WORK@/t . copy",
        },
        "left",
        _TAUGHT,
    )
    + [
        Way(
            "option",
            "rebase todo exec",
            "git rebase -i HEAD~1 <<'EDITOR'\nexec ./payload\nEDITOR",
            policy="left",
            why=_TAUGHT,
            shell="echo 'exec ./payload' > todo\nGIT_SEQUENCE_EDITOR='cp todo' git rebase -i HEAD~1",
        ),
        Way(
            "option",
            "filter-branch",
            "git filter-branch --tree-filter @WORK@/payload HEAD~1..HEAD",
            policy="left",
            why=_TAUGHT,
            shell="FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --tree-filter @WORK@/payload HEAD~1..HEAD",
        ),
        Way(
            "option",
            "maintenance start",
            "git maintenance start --scheduler=nonesuch",
            shell="GIT_TEST_MAINT_SCHEDULER=crontab:@WORK@/payload git maintenance start",
        ),
        Way(
            "option",
            "config --edit",
            "git config --edit <<'EDITOR'\n[core]\nfsmonitor = ./payload\nEDITOR\ngit status",
            policy="left",
            why=_FILE,
            shell="GIT_EDITOR='cp evil.cfg' git config --edit\ngit status",
        ),
    ]
)

COMMANDS = executing(
    "refused command",
    {
        "credential": f"{_ASK} -c credential.helper='!./payload' credential approve\n"
        f"{_ASK} -c credential.helper='!./payload' credential fill",
        "difftool": "git difftool -y -x ./payload HEAD~1",
        "for-each-repo": "git config x.y @WORK@\ngit config alias.x '!./payload'\ngit for-each-repo --config=x.y x",
        "fetch-pack": "git fetch-pack --upload-pack=@WORK@/payload . main",
        "send-pack": "git send-pack --receive-pack=@WORK@/payload ./remote.git main:new",
        "merge-index": "git merge-index ./payload -a\ngit merge -q side\ngit merge-index ./payload -a",
        "remote-ext": "git -c protocol.ext.allow=always ls-remote 'ext::./payload .'",
        "a git-x on PATH": "cp payload git-x\nPATH=.:/usr/bin:/bin git x",
        "a merge strategy on PATH": "cp payload git-merge-x\nPATH=@WORK@:/usr/bin:/bin git merge -s x side",
        "a remote helper on PATH": "cp payload git-remote-x\nPATH=@WORK@:/usr/bin:/bin git ls-remote x::y",
        "shell": "git shell -c \"git-upload-pack '.'\"\nsh -c ./payload",
        "./payload": "./payload",
        "sh": "sh -c ./payload",
        "bash": "bash -c ./payload",
        "env": "env ./payload",
        "xargs": "echo ./payload | xargs env",
        "python": "python3 payload",
        "perl": "perl -e 'system(\"./payload\")'",
        "awk": "awk 'BEGIN { system(\"./payload\") }'",
        "find -exec": "find payload -exec ./payload ';'",
        "find -execdir": "find payload -execdir ./payload ';'",
        "sort --compress-program": "seq 1 60 | sort -S 1k --compress-program=./payload > sorted",
        "sort --comp (shortened)": "seq 1 60 | sort -S 1k --comp ./payload > sorted",
        "$(command)": "echo $(./payload)",
        "`command`": "echo `./payload`",
        "in the background": "./payload & sleep 1",
    },
) + executing(
    "refused command",
    {"sed e": "sed '1e ./payload' a.txt", "sed s///e": "sed 's,.*,./payload,e' a.txt"},
    "neutral",
    "sed runs with --sandbox",
)

VARIABLES = executing(
    "variable",
    {
        "EDITOR": "EDITOR=./payload git commit --amend",
        "GIT_ASKPASS": "GIT_ASKPASS=./payload git credential fill < evil.cfg\n"
        "printf 'protocol=https\\nhost=x\\n\\n' | GIT_ASKPASS=./payload git credential fill",
        "GIT_CONFIG_COUNT": "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.fsmonitor GIT_CONFIG_VALUE_0=./payload "
        "git status",
        "GIT_CONFIG_GLOBAL": "GIT_CONFIG_GLOBAL=@WORK@/evil.cfg git status",
        "GIT_CONFIG_PARAMETERS": "GIT_CONFIG_PARAMETERS=\"'core.fsmonitor=./payload'\" git status",
        "GIT_CONFIG_SYSTEM": "GIT_CONFIG_NOSYSTEM=0 GIT_CONFIG_SYSTEM=@WORK@/evil.cfg git status",
        "GIT_EDITOR": "GIT_EDITOR=./payload git commit --amend",
        "GIT_EXEC_PATH": "cp payload git-x\nGIT_EXEC_PATH=. git x",
        "GIT_EXTERNAL_DIFF": "GIT_EXTERNAL_DIFF=./payload git diff HEAD~1",
        "GIT_PROXY_COMMAND": "GIT_PROXY_COMMAND=./payload git ls-remote git://localhost/x",
        "GIT_SEQUENCE_EDITOR": "GIT_SEQUENCE_EDITOR=./payload git rebase -i HEAD~1",
        "GIT_SSH": "GIT_SSH=./payload git ls-remote ada@localhost:x",
        "GIT_SSH_COMMAND": "GIT_SSH_COMMAND=./payload git ls-remote ada@localhost:x",
        "GIT_TEMPLATE_DIR": "mkdir -p t/hooks\ncp payload t/hooks/post-checkout\nGIT_TEMPLATE_DIR=@WORK@/t"
        " git clone -q . copy",
        "HOME": "cp evil.cfg .gitconfig\nHOME=@WORK@ git status",
        "PATH": "cp payload git-x\nPATH=@WORK@:/usr/bin:/bin git x",
        "VISUAL": "VISUAL=./payload git commit --amend",
        "XDG_CONFIG_HOME": "mkdir git\ncp evil.cfg git/config\nXDG_CONFIG_HOME=@WORK@ git status",
    },
) + executing(
    "variable",
    {"GIT_PAGER": "GIT_PAGER=./payload git log", "PAGER": "PAGER=./payload git log"},
    terminal=True,
    inside=False,
)

EXECUTING: tuple[Way, ...] = (*KEYS, *CARRIERS, *HOOKS, *ALIASES, *OPTIONS, *COMMANDS, *VARIABLES)
