"""What the command does with its words before the product is loaded: help, version, completion."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import import_module, metadata

import pytest

from inglenook.cli.commands.declaration import ProductCommand
from tests.testkit.command_line import all_commands
from tests.testkit.commands import COMMAND

FROM_THE_PRODUCT = {words: c for words, c in all_commands() if isinstance(c, ProductCommand)}


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *words],
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def completed(*words: str) -> list[str]:
    """What bash offers for the last of the words."""
    done = run(
        _INGLENOOK_COMPLETE="bash_complete",
        COMP_WORDS=" ".join(["inglenook", *words]),
        COMP_CWORD=str(len(words)),
    )
    assert done.returncode == 0, done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_it_says_its_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"inglenook {metadata.version('inglenook')}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        (),
        ("site", "-h"),
        ("completion", "zsh"),
        *([*words.split(), "--help"] for words in FROM_THE_PRODUCT),
    ],
    ids=" ".join,
)
def test_help_version_and_completion_do_not_load_django(words: tuple[str, ...]) -> None:
    program = (
        "import sys; from inglenook.cli import main; code = main(sys.argv[1:]);"
        "print([name for name in sys.modules if name.startswith('django')], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == ("[] 0" if words else "[] 2"), done.stdout


@pytest.mark.parametrize("words", FROM_THE_PRODUCT)
def test_a_command_hands_all_its_options_to_its_function(words: str) -> None:
    command = FROM_THE_PRODUCT[words]
    module, _, name = command.function.partition(":")
    function = getattr(import_module(f"inglenook.cli.{module}"), name)
    options = {option.name for option in command.params} - {"as_json"}
    assert options == set(inspect.signature(function).parameters)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_it_prints_the_script_of_each_shell(shell: str) -> None:
    done = run("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_INGLENOOK_COMPLETE={shell}_complete" in done.stdout


def test_a_shell_completes_commands_options_and_values() -> None:
    assert completed("ro") == ["room"]
    assert completed("site", "r") == ["rotate-key"]
    assert completed("site", "create", "--o") == ["--origin", "--owner"]
    assert completed("key", "create", "--scope", "people:") == ["people:read", "people:write"]
    assert completed("no-such-command", "") == []


def test_bash_takes_the_script() -> None:
    script = (
        'eval "$(inglenook completion bash)"; COMP_WORDS=(inglenook vis); COMP_CWORD=1;'
        '_inglenook_completion inglenook; echo "${COMPREPLY[@]}"'
    )
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "visitor\n", done


@pytest.mark.parametrize("word", ["--no-such-option", "-x"])
def test_wrong_words_are_said_with_what_to_do(word: str) -> None:
    for words in ([word], ["site", word], ["site", "list", word], ["site", "no-such-command"]):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert words[-1] in done.stderr
        assert "--help" in done.stderr
