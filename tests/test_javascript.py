"""The phone's own scripts, run by node as they are shipped; and that they say nothing the catalogues do not hold.

Reads static/js and runs tests/js/*.test.mjs. Installs the few packages for that from the lock, if they are not there.
"""

import json
import posixpath
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from pygments.lexers import CssLexer, JavascriptLexer
from pygments.token import Comment

from app.assets import lean
from app.sync.joined import joined
from app.sync.phone import ASKS_AT_ONCE, DRAWS, MAIN, later, modules, shell, words
from app.sync.phone_words import sentences

ROOT = Path(__file__).resolve().parent.parent
SAID = re.compile(r'(?<![\w.])say\(\s*"((?:[^"\\]|\\.)*)"')
COUNTED = re.compile(r'(?<![\w.])count\([^"]*?,\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"')
LARGEST_MODULE = 8_000


def scripts() -> dict[str, str]:
    """What stands in each, by its place under static/js/judge."""
    folder = ROOT / "static/js/judge"
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.js"))}


def imported(name: str) -> set[str]:
    """What a script needs before it can run."""
    folder = PurePosixPath("js/judge", name).parent
    found = re.findall(r'^import .* from "(\..+?)";$', scripts()[name], re.MULTILINE)
    return {posixpath.normpath(folder / one) for one in found}


def test_what_the_phone_does_is_tested_by_node() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    if not all((ROOT / "node_modules" / name).is_dir() for name in wanted):
        subprocess.run(["npm", "ci", "--silent", "--no-fund", "--no-audit"], cwd=ROOT, check=True)
    tests = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))
    run = subprocess.run(
        ["node", "--test", "--test-reporter=tap", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_every_sentence_of_the_phone_is_listed_and_every_listed_one_is_said() -> None:
    said = {text for script in scripts().values() for text in SAID.findall(script)}
    said |= {text for script in scripts().values() for pair in COUNTED.findall(script) for text in pair}
    assert said == set(sentences(str))


def test_no_module_is_larger_than_a_page_of_thought() -> None:
    assert {name: len(text.encode()) for name, text in scripts().items() if len(text.encode()) > LARGEST_MODULE} == {}


def test_the_scripts_of_the_first_load_are_sent_as_one_word_by_word() -> None:
    """Each once and behind all it needs; of its words only ``import`` and ``export`` are gone."""
    sent = {name: text.decode() for name, text in shell().items() if name.endswith(".js")}
    outside = re.findall(r'^import .* from "(.+?)";$', sent[MAIN], re.MULTILINE)
    assert set(outside) == {"../../vendor/htm-preact.js", "./package.js"}
    places = re.findall(r'^parts\["(.+?)"\] = ', sent[MAIN], re.MULTILINE)
    assert sorted(places) == sorted(set(modules()) - {ASKS_AT_ONCE})
    for name in places:
        before = places[: places.index(name)]
        assert imported(name.removeprefix("js/judge/")) <= {*before, DRAWS, ASKS_AT_ONCE}
        kept = lean(ROOT / "static" / name, 0).decode()
        body = [line.removeprefix("export ") for line in kept.splitlines() if not re.match(r"import |export \{", line)]
        assert "\n".join(body) in sent[MAIN].replace(f'"{name}"', ""), name


def test_scripts_of_rarer_pages_find_what_the_first_load_brought() -> None:
    for name in later():
        text = shell()[name].decode()
        asked = {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), one))
            for one in re.findall(r'from "(\..+?)"', text)
        }
        assert asked <= {MAIN, *later()}, name
        assert set(re.findall(r'parts\["(.+?)"\]', text)) <= set(modules()) - {ASKS_AT_ONCE}


@pytest.mark.parametrize(
    "text",
    [
        'import one from "./two.js";',
        'import { one as two } from "./two.js";',
        "export default 1;",
        "export let one = 1;",
    ],
)
def test_a_script_that_cannot_be_joined_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        joined("js/one.js", {"js/one.js": f"{text}\n", "js/two.js": ""})


def test_scripts_that_need_each_other_are_refused() -> None:
    ring = {"js/one.js": 'import { b } from "./two.js";\n', "js/two.js": 'import { a } from "./one.js";\n'}
    with pytest.raises(ValueError, match="needs itself"):
        joined("js/one.js", ring)


def test_what_is_fetched_later_is_kept_by_the_worker_and_is_all_there_is() -> None:
    [names] = re.findall(r"^const NAMES = \[(.*)\];$", scripts()["later.js"], re.MULTILINE)
    named = {f"js/judge/later/{name}.js" for name in re.findall(r'"(\w+)"', names)}
    needed = {one for name in scripts() if name.startswith("later/") for one in imported(name)}
    assert named | (needed - set(modules())) == set(later())
    assert set(later()) < set(shell())
    assert not set(later()) & set(modules())


def test_scripts_put_no_text_into_a_page_as_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(")
    assert {name for name, text in scripts().items() if forbidden.search(text)} == set()


def test_the_block_of_sentences_cannot_end_its_element() -> None:
    assert "<" not in words()


OURS = sorted(path for kind in ("js", "css") for path in (ROOT / "static" / kind).rglob(f"*.{kind}"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_what_is_sent_without_comments_says_the_same_word_by_word(path: Path) -> None:
    """A line of a template that looks like a comment would be missed here; so would code behind a comment's end."""
    lexer = JavascriptLexer() if path.suffix == ".js" else CssLexer()

    def tokens(text: str) -> list[str]:
        told = [value for kind, value in lexer.get_tokens(text) if kind not in Comment]
        return " ".join("".join(told).split()).split(" ")

    sent = lean(path, path.stat().st_mtime).decode()
    assert tokens(sent) == tokens(path.read_text(encoding="utf-8"))


def test_a_comment_is_left_out_and_nothing_behind_it(tmp_path: Path) -> None:
    script = tmp_path / "one.js"
    script.write_text(
        "/** Why\n * so. */\nconst a = 1; // kept\n  // gone\n/* two\n*/ const b = `\n  x`;\n", encoding="utf-8"
    )
    assert lean(script, 0).decode() == "const a = 1; // kept\n const b = `\n  x`;\n"
