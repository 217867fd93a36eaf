"""The repository as a whole: what must not be in it, and files that must agree with each other.

Reads the files git knows or would add. Writes nothing.
"""

import ast
import hashlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Put together from parts, so that this file does not hold what it looks for.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"))]
REGISTRIES += [".".join(parts) for parts in (("registry", "yarnpkg", "com"), ("npmmirror", "com"))]
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[\w.]|\b[A-Z]:\\Users\\|file:///")
ADDRESS = re.compile(r"https?://|git\+|file:")
# What each room of the engine may import beyond Python and itself.
ENGINE_MAY = {
    "scoring/scheme/": {"pydantic", "pydantic_core"},
    "scoring/inform/": {"numpy"},
    "scoring/fast": {"numpy"},
}
NODE_LOCKS = ["package-lock.json", "tests/bench/package-lock.json"]
PYTHON_LOCKS = ["requirements/app.txt", "requirements/bootstrap.txt", "requirements/dev.txt"]


def listed(*patterns: str) -> list[str]:
    """The files of the project: those git knows and those it would add, relative to the root."""
    command = ["git", "ls-files", "-coz", "--exclude-standard", "--", *patterns]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in set(output.split("\0")) if name and (ROOT / name).is_file())


def texts() -> Iterator[tuple[str, str]]:
    for name in listed():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode(errors="replace")  # some files are in GB 18030, on purpose


def lines_matching(pattern: re.Pattern[str], files: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in files
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_somebodys_folder() -> None:
    here = re.compile(f"{SOMEBODYS_FOLDER.pattern}|{re.escape(str(ROOT))}/")
    others = ((name, text) for name, text in texts() if name != "tests/test_project.py")
    assert lines_matching(here, others) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching(re.compile("|".join(map(re.escape, REGISTRIES))), texts()) == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    assert lines_matching(ADDRESS, ((name, read(name)) for name in [*NODE_LOCKS, *PYTHON_LOCKS])) == []
    for name in NODE_LOCKS:
        packages = json.loads(read(name))["packages"]
        assert {one for one, entry in packages.items() if one and not entry.get("integrity")} == set()
    for name in PYTHON_LOCKS:
        pinned = re.findall(
            r"^[a-z0-9][^=\s]*==\S+[^\\\n]*(\\\n    --hash=sha256:[0-9a-f]{64})?", read(name), re.MULTILINE
        )
        assert pinned, name
        assert all(pinned), f"{name} pins a package without a hash"


def test_dev_lock_repeats_the_app_lock() -> None:
    """The tests run with the very releases that are deployed."""
    app, dev = pins("requirements/app.txt"), pins("requirements/dev.txt")
    assert {name: dev.get(name) for name in app} == app


def test_every_python_module_says_what_it_is() -> None:
    silent = [name for name in listed("*.py") if not ast.get_docstring(ast.parse(read(name)))]
    assert silent == []


def test_engine_imports_the_standard_library_only() -> None:
    """A scheme is read with pydantic, and numpy counts what decides nothing or is checked; the rest is Python."""
    allowed = sys.stdlib_module_names | {"scoring"}
    foreign = {
        (name, imported)
        for name in listed("scoring/*.py")
        for imported in imported_packages(ast.parse(read(name)))
        if imported not in allowed.union(*(more for room, more in ENGINE_MAY.items() if name.startswith(room)))
    }
    assert foreign == set()


def test_engine_counts_without_what_reads_schemes() -> None:
    """A scheme is needed as an object only: its classes, and pydantic with them, are imported by whoever reads one."""
    program = "import sys, scoring.live, scoring.fast.provisional; print([m for m in sys.modules if 'pydantic' in m])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_commands_of_the_readme_are_make_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for name in listed("README*.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(code_of(read(name)))))
        assert {"demo", "test"} <= named, f"{name} does not name its two commands"
        assert named <= targets, f"{name} names commands that do not exist"
    assert "README.md" in listed("README.md")


@pytest.mark.parametrize("name", listed(".ci/*"))
def test_script_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111, "not executable"
    subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


def test_what_the_tests_start_by_name_is_prepared() -> None:
    """A program of the system that a test starts and nobody prepares is missing on the first clean machine."""
    packages = {"openssl": "openssl", "git": "git", "node": "nodejs", "npm": "npm"}
    packages |= {"Xvfb": "xvfb", "WebKitWebDriver": "webkit2gtk-driver"}
    started = {program for name in listed("tests/*.py") for program in programs(ast.parse(read(name)))}
    assert {"openssl", "git", "node", "npm", "Xvfb"} <= started
    wanted = {program: packages.get(program, "no package is named here") for program in started - {"bash"}}
    prepared = read(".ci/prepare")
    assert {
        program: package for program, package in wanted.items() if not re.search(rf"\becho\b.*\b{package}\b", prepared)
    } == {}


def test_docker_image_copies_and_installs_what_exists() -> None:
    files = listed()
    present: set[str] = set()
    for instruction, arguments in docker_instructions():
        if instruction == "COPY":
            *sources, target = arguments.split()
            for source in sources:
                inside = [name for name in files if name == source or name.startswith(source.rstrip("/") + "/")]
                assert inside, f"COPY {source}: there is no such file"
                assert not docker_ignores(source), f".dockerignore keeps {source} out"
                present.update(inside)
            assert target == sources[0] or target == "./", "a folder is copied to its own name"
        if instruction == "RUN":
            words = shlex.split(arguments)
            needed = [file for option, file in pairwise(words) if option in {"-r", "--requirement"}]
            needed += ["pyproject.toml" for option, path in pairwise(words) if option in {"-e", "--editable"}]
            assert set(needed) <= present, "installed before it was copied"
            assert "--require-hashes" in words or "-r" not in words


def test_docker_image_serves_as_an_ordinary_user() -> None:
    instructions = docker_instructions()
    users = [argument for instruction, argument in instructions if instruction == "USER"]
    assert users, "without USER the server runs as root"
    assert users[-1] not in {"root", "0"}
    assert any("useradd" in text and text.split()[-1] == users[-1] for word, text in instructions if word == "RUN")
    last = [word for word, _ in instructions if word in {"USER", "CMD", "HEALTHCHECK"}]
    assert last == ["USER", "HEALTHCHECK", "CMD"]


def test_vendored_files_are_what_their_manifest_says() -> None:
    folder = ROOT / "static/vendor"
    names = set(listed("static/vendor")) - {"static/vendor/manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text()) if names else {}
    measured = {
        name.removeprefix("static/vendor/"): hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names
    }
    assert measured == {name: entry["sha256"] for name, entry in manifest.items()}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][^=\s]*)==(\S+)", read(name), re.MULTILINE))


def programs(module: ast.Module) -> set[str]:
    """What is started by a name of its own: looked for on the path, or the first word of a command."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args]
    looked_for = [call.args[0] for call in calls if ast.unparse(call.func) == "shutil.which"]
    commands = [call.args[0] for call in calls if ast.unparse(call.func) in {"subprocess.run", "subprocess.Popen"}]
    names = {command.id for command in commands if isinstance(command, ast.Name)}
    commands += [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in names for to in node.targets)
    ]
    firsts = [command.elts[0] for command in commands if isinstance(command, ast.List)]
    return {str(one.value) for one in (*looked_for, *firsts) if isinstance(one, ast.Constant)}


def imported_packages(module: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def code_of(markdown: str) -> list[str]:
    """Fenced blocks and inline code: prose may say "make sure"."""
    return re.findall(r"^```.*?^```|`[^`\n]+`", markdown, re.MULTILINE | re.DOTALL)


def docker_instructions() -> list[tuple[str, str]]:
    joined = read("Dockerfile").replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def docker_ignores(source: str) -> bool:
    """Everything is left out but what .dockerignore lets back in."""
    let_in = [line[1:].rstrip("/") for line in read(".dockerignore").splitlines() if line.startswith("!")]
    return not any(source.rstrip("/") == name or source.startswith(f"{name}/") for name in let_in)
