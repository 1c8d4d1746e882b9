"""Ways to have a program of one's own run by git's settings, wherever these are made."""

from __future__ import annotations

from tests.gitquest_kernel.confinement.escape.way import executing

__all__ = ["CARRIERS", "KEYS"]

_FILE = "the policy reads commands, not the files that they write"
_DIFF = "echo 'a.txt diff=x' > .gitattributes\n"
_FILTER = "echo 'a.txt filter=x' > .gitattributes\necho more >> a.txt\n"
_MERGE = "echo 'a.txt merge=x' > .gitattributes\n"
_ASK = "printf 'protocol=https\\nhost=localhost\\n\\n' | git"

KEYS = executing(
    "setting by -c",
    {
        "alias": "git -c alias.x='!./payload' x",
        "core.alternateRefsCommand": "git clone -q --shared . copy\n"
        "git -C copy -c core.alternateRefsCommand=@WORK@/payload fetch -q",
        "core.askPass": f"{_ASK} -c core.askPass=./payload credential fill",
        "core.fsmonitor": "git -c core.fsmonitor=./payload status",
        "core.gitProxy": "git -c core.gitProxy=./payload ls-remote git://localhost/x",
        "core.sshCommand": "git -c core.sshCommand=./payload ls-remote ada@localhost:x",
        "credential.helper": f"{_ASK} -c credential.helper='!./payload' credential fill",
        "credential.URL.helper": f"{_ASK} -c credential.https://localhost.helper='!./payload' credential fill",
        "diff.external": "git -c diff.external=./payload diff HEAD~1",
        "difftool.X.cmd": "git -c difftool.x.cmd=./payload difftool -y -t x HEAD~1",
        "gpg.program": "git -c gpg.program=./payload commit -S --allow-empty -m x",
        "gpg.openpgp.program": "git -c gpg.openpgp.program=./payload commit -S --allow-empty -m x",
        "gpg.ssh.defaultKeyCommand": "git -c gpg.format=ssh -c gpg.ssh.defaultKeyCommand=./payload"
        " commit -S --allow-empty -m x",
        "gpg.ssh.program": "git -c gpg.format=ssh -c user.signingKey=a.txt -c gpg.ssh.program=./payload"
        " commit -S --allow-empty -m x",
        "gpg.x509.program": "git -c gpg.format=x509 -c gpg.x509.program=./payload commit -S --allow-empty -m x",
        "help.browser": "mkdir doc\ntouch doc/git.html\ngit -c help.htmlPath=doc -c web.browser=x"
        " -c browser.x.cmd=./payload help -w git",
        "man.X.cmd": "git -c man.viewer=x -c man.x.cmd=./payload help git",
        "mergetool.X.cmd": "git merge -q side\ngit -c mergetool.x.cmd=./payload mergetool -y -t x",
        "remote.X.receivepack": "git -c remote.origin.receivepack=@WORK@/payload push origin main:new",
        "remote.X.uploadpack": "git -c remote.origin.uploadpack=@WORK@/payload fetch origin",
        "submodule.X.update": "git -c protocol.file.allow=always submodule --quiet add @WORK@/remote.git sub\n"
        "git -C sub checkout -q HEAD~1\ngit -c submodule.sub.update=!@WORK@/payload submodule update",
        "tar.X.command": "git -c tar.x.command=./payload archive --format=x HEAD",
        "trailer.X.cmd": "git -c trailer.x.key=X -c trailer.x.cmd=./payload interpret-trailers --trailer x=1 a.txt",
        "trailer.X.command": "git -c trailer.x.key=X -c trailer.x.command=./payload"
        " interpret-trailers --trailer x=1 a.txt",
        "url.ext.insteadOf": "git -c protocol.ext.allow=always -c 'url.ext::@WORK@/payload .insteadOf=x:' ls-remote x:",
    },
) + executing(
    "setting by -c",
    {
        "core.pager": "git -c core.pager=./payload log",
        "interactive.diffFilter": "echo more >> a.txt\necho q | git -c interactive.diffFilter=./payload add -p",
        "pager.log": "git -c pager.log=./payload log",
    },
    terminal=True,
    inside=False,
)

KEYS += executing(
    "setting by -c",
    {
        "core.hooksPath": "mkdir h\ncp payload h/post-checkout\ngit -c core.hooksPath=h checkout -q side",
        "diff.X.command": f"{_DIFF}git -c diff.x.command=./payload diff HEAD~1",
        "diff.X.textconv": f"{_DIFF}git -c diff.x.textconv=./payload diff HEAD~1",
        "filter.X.clean": f"{_FILTER}git -c filter.x.clean=./payload add a.txt",
        "filter.X.process": f"{_FILTER}git -c filter.x.process=./payload add a.txt",
        "filter.X.smudge": f"{_FILTER}git -c filter.x.smudge=./payload checkout -q -- a.txt",
        "include.path": "git -c include.path=@WORK@/evil.cfg status",
        "includeIf.path": "git -c includeIf.onbranch:main.path=@WORK@/evil.cfg status",
        "init.templateDir": "mkdir -p t/hooks\ncp payload t/hooks/post-checkout\n"
        "git -c init.templateDir=@WORK@/t clone -q . copy",
        "merge.X.driver": f"{_MERGE}git -c merge.x.driver=./payload merge side",
    },
    "left",
    "lessons teach it: a script of the workspace may run",
) + executing(
    "setting by -c",
    {
        "core.editor": "git -c core.editor=./payload commit --amend",
        "sequence.editor": "git -c sequence.editor=./payload rebase -i HEAD~1",
    },
    "neutral",
    "GIT_EDITOR and GIT_SEQUENCE_EDITOR win",
)

CARRIERS = (
    executing(
        "setting otherwise",
        {
            "git config": "git config core.fsmonitor ./payload\ngit status",
            "git config --local": "git config --local core.fsmonitor ./payload\ngit status",
            "git config --global": "git config --global core.fsmonitor ./payload\ngit status",
            "git config --global uploadpack": "git config --global uploadpack.packObjectsHook @WORK@/payload\n"
            "git clone -q --no-local . copy",
            "git config --add": "git config --add core.fsmonitor ./payload\ngit status",
            "git config --replace-all": "git config --replace-all core.fsmonitor ./payload\ngit status",
            "git config --type": "git config --type path core.fsmonitor ./payload\ngit status",
            "git config --file": "git config --file .git/config core.fsmonitor ./payload\ngit status",
            "git config -f": "git config -f .git/config core.fsmonitor ./payload\ngit status",
            "git config --worktree": "git config extensions.worktreeConfig true\n"
            "git config --worktree core.fsmonitor ./payload\ngit status",
            "git config --rename-section": "git config x.fsmonitor ./payload\ngit config --rename-section x core\n"
            "git status",
            "git -c for git config": "git -c core.fsmonitor=./payload config --get x\n"
            "git -c core.fsmonitor=./payload status",
            "git clone -c": "git clone -q -c core.fsmonitor=@WORK@/payload . copy\ngit -C copy status",
            "git clone --config": "git clone -q --config core.fsmonitor=@WORK@/payload . copy\ngit -C copy status",
            "git clone --config=": "git clone -q --config=core.fsmonitor=@WORK@/payload . copy\ngit -C copy status",
            "git clone --conf= (shortened)": "git clone -q --conf=core.fsmonitor=@WORK@/payload . copy\n"
            "git -C copy status",
            "git clone -cKEY": "git clone -q -ccore.fsmonitor=@WORK@/payload . copy\ngit -C copy status",
            "git --config-env": "P=./payload git --config-env=core.fsmonitor=P status",
        },
    )
    + executing(
        "setting otherwise",
        {
            "git config include.path": "git config include.path @WORK@/evil.cfg\ngit status",
            "here-document into ~/.gitconfig": "cat >> ../home/.gitconfig <<'END'\n[core]\n"
            "\tfsmonitor = ./payload\nEND\n"
            "git status",
            "here-document into .git/config": "cat >> .git/config <<'END'\n[core]\n\tfsmonitor = ./payload\n"
            "END\ngit status",
            "printf into .git/config": "printf '[core]\\nfsmonitor=./payload\\n' >> .git/config\ngit status",
            "tee into .git/config": "cat evil.cfg | tee -a .git/config\ngit status",
            "cp onto .git/config": "cat .git/config >> evil.cfg\ncp evil.cfg .git/config\ngit status",
            "mv onto .git/config": "cat .git/config >> evil.cfg\nmv evil.cfg .git/config\ngit status",
            "ln onto .git/config": "cat .git/config evil.cfg > .git/evil\nln -sf evil .git/config\ngit status",
            "sed on .git/config": "sed -i 's,^.core.,[core]\\n fsmonitor=./payload,' .git/config\ngit status",
            "include in .git/config": "printf '[include]\\npath=../evil.cfg\\n' >> .git/config\ngit status",
            "a repository made by hand": "mkdir -p r/objects r/refs\necho 'ref: refs/heads/main' > r/HEAD\n"
            "printf '[core]\\nbare=false\\nworktree=@WORK@\\nfsmonitor=@WORK@/payload\\n' > r/config\n"
            "git --git-dir=r status",
            "filter in .git/config": f"{_FILTER}printf '[filter \"x\"]\\nclean=./payload\\n' >> "
            f".git/config\ngit add a.txt",
            "merge driver in .git/config": f"{_MERGE}printf '[merge \"x\"]\\ndriver=./payload\\n' >> .git/config\n"
            "git merge side",
            "textconv in .git/config": f"{_DIFF}printf '[diff \"x\"]\\ntextconv=./payload\\n' >> .git/config\n"
            "git diff HEAD~1",
        },
        "left",
        _FILE,
    )
    + executing(
        "setting otherwise",
        {
            "ssh command in .git/config": "printf '[core]\nsshCommand=./payload\n' >> .git/config\n"
            "printf '[remote \"x\"]\nurl=ada@localhost:x\n' >> .git/config\ngit fetch x",
            "ext:: in .git/config": "printf '[protocol]\nallow=always\n' >> .git/config\n"
            "printf '[remote \"x\"]\nurl=ext::@WORK@/payload x\n' >> .git/config\ngit fetch x",
            "git proxy in .git/config": "printf '[core]\ngitProxy=./payload\n' >> .git/config\n"
            "printf '[remote \"x\"]\nurl=git://localhost/x\n' >> .git/config\ngit fetch x",
            "editor in .git/config": "printf '[core]\neditor=./payload\n' >> .git/config\ngit commit --amend",
            "sequence editor in .git/config": "printf '[sequence]\neditor=./payload\n' >> .git/config\n"
            "git rebase -i HEAD~1",
        },
        "neutral",
        "the environment wins: GIT_ALLOW_PROTOCOL, GIT_EDITOR, GIT_SEQUENCE_EDITOR",
    )
)
