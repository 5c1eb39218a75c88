"""`make check` finds the longest function of each language."""

from __future__ import annotations

from pathlib import Path

from scripts import lengths, node


def test_a_python_function_counts_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text("def one():\n    pass\n\n\nasync def two():\n    a = 1\n    return a\n")
    found = sorted(lengths.python_functions(path, "some.py"))
    assert found == [lengths.Length(2, "some.py:1 one"), lengths.Length(3, "some.py:5 two")]


def test_functions_methods_and_arrows_of_typescript_count() -> None:
    env = node.environment()
    name = "widget/src/ui/isolation.ts"
    found = list(lengths.script_functions(lengths.ROOT, (name,), env))
    assert found
    text = (lengths.ROOT / name).read_text().splitlines()
    for length in found:
        path, line = length.where.split(":")
        assert path == name
        assert 1 < length.lines <= len(text) - int(line) + 1


def test_no_function_is_too_long_today() -> None:
    lines, fit = lengths.lengths(node.environment())
    assert fit, lines
    assert [line.split(":")[0] for line in lines] == ["Python", "TypeScript"]
