"""The rules on what people read: whole entries in the catalogue, in plain words, and nowhere else."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import source_code
from source_code import ROOT, nodes_of, parents, shown, text_of

import desktop.text
from desktop.text.catalog import Plural, Text

# One process reads and parses the modules.
pytestmark = pytest.mark.xdist_group("source code")

TEXT = ROOT / "desktop" / "text"
MODULES = [path for path in source_code.MODULES if "sandbox" not in path.parts]


def text_modules() -> list[ModuleType]:
    names = [m.name for m in pkgutil.walk_packages(desktop.text.__path__, "desktop.text.")]
    return [importlib.import_module(name) for name in names]


# --- entries are whole sentences --------------------------------------------------------------------------------------


def calls_of(nodes: Iterable[ast.AST], *names: str) -> Iterator[ast.Call]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def is_plain(call: ast.Call) -> bool:
    return not call.keywords and all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in call.args)


def test_entries_are_made_of_whole_strings() -> None:
    """Neither the template for translators nor a translator sees what is put together later."""
    found = [
        f"{shown(m)}:{c.lineno}" for m in MODULES for c in calls_of(nodes_of(m), "Text", "Plural") if not is_plain(c)
    ]
    assert found == []


def test_entries_stand_in_the_catalogue_alone() -> None:
    outside = [m for m in MODULES if TEXT not in m.parents]
    assert [shown(m) for m in outside if any(True for _ in calls_of(nodes_of(m), "Text", "Plural"))] == []


def test_an_entry_that_is_put_together_is_noticed() -> None:
    for source in ('Text(f"{a} b")', 'Text("a" + b)', 'Text("a", context="b")', 'Plural("a", many)'):
        assert not is_plain(next(calls_of(ast.walk(ast.parse(source)), "Text", "Plural")))
    assert is_plain(next(calls_of(ast.walk(ast.parse('Text("a " "b", "c")')), "Text")))


def test_no_entry_is_left_over() -> None:
    words = [re.findall(r"\w+", text_of(path)) for path in MODULES]
    count: dict[str, int] = {}
    for word in (w for found in words for w in found):
        count[word] = count.get(word, 0) + 1
    names = {(m.__name__, n) for m in text_modules() for n, v in vars(m).items() if isinstance(v, Text | Plural)}
    assert sorted(f"{module}.{name}" for module, name in names if count.get(name, 0) < 2) == []


# --- what an entry needs is given -------------------------------------------------------------------------------------


def imported_names(path: Path) -> dict[str, object]:
    """What a module imports from the program, and for a module of the catalogue what is in it."""
    names: dict[str, object] = {}
    if TEXT in path.parents:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        names |= vars(importlib.import_module(name.removesuffix(".__init__")))
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("desktop."):
            source = importlib.import_module(str(node.module))
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                names[alias.asname or alias.name] = (
                    getattr(source, alias.name) if hasattr(source, alias.name) else importlib.import_module(submodule)
                )
    return names


def called(node: ast.expr, names: dict[str, object]) -> object:
    """The entry, or the table of entries, that an expression names; None for anything else."""
    match node:
        case ast.Name():
            return names.get(node.id)
        case ast.Attribute(value=ast.Name() as module) if module.id in names:
            return getattr(names[module.id], node.attr, None)
        case ast.Subscript():
            table = called(node.value, names)
            key = called(node.slice, names)
            if isinstance(table, dict) and key is not None:
                return table.get(key)
            return list(table.values()) if isinstance(table, dict) else None
    return None


def faults_of_calls(path: Path) -> Iterator[str]:
    names = imported_names(path)
    for node in nodes_of(path):
        if not isinstance(node, ast.Call) or any(k.arg is None for k in node.keywords):
            continue
        entry, given = called(node.func, names), {str(k.arg) for k in node.keywords}
        is_table = isinstance(entry, list)
        for one in entry if isinstance(entry, list) else [entry]:
            if not isinstance(one, Text | Plural):
                continue
            needed = one.placeholders - ({"count"} if isinstance(one, Plural) else set())
            positional = int(isinstance(one, Plural))
            if (given < needed if is_table else given != needed) or len(node.args) != positional:
                yield f"{shown(path)}:{node.lineno} gives {sorted(given)}, not {sorted(needed)}"


def test_every_call_of_an_entry_gives_what_it_needs() -> None:
    modules = [m for m in MODULES if "desktop.text" in text_of(m)]
    assert [fault for module in modules for fault in faults_of_calls(module)] == []


# --- sentences stand nowhere else -------------------------------------------------------------------------------------

LAYERS = ("domain", "engine", "store", "channels", "ports", "system")
SCREENS = ("ui", "app", "demo")
# What developers read when the tour gets stuck; text drawn to test a font.
STORY = ("desktop/demo/tour/story.py", "desktop/demo/tour/tour.py")
# Names that Intercom gives to permissions in its own settings.
PROVIDERS_WORDS = ("desktop/channels/intercom/permissions.py", "desktop/ui/wizard/steps/request.py")
WORDS = re.compile(r"[A-Za-z]{2,}[,.:;!?]? \(?[A-Za-z{]")
LABEL = re.compile(r"[A-Z][a-z]{2,}(…)?")
# Below the screens stand phrases that providers use, too: they are small letters, or regular expressions.
SENTENCE = re.compile(r"[A-Z{“][\w{}’']*( [\w{}’'“”(),:;/-]+){2,}")
PATTERN = re.compile(r"[|\\^$]|\)\?")
SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|ALTER|DROP|WHERE|ORDER BY|ON CONFLICT|FROM|BEGIN|SET|AND|VALUES"
    r"|IS NOT NULL)\b"
)
STYLE_SHEET = re.compile(r"\b(background|border|color|padding|Q[A-Z]\w+)\b.*[{:;]|^[^{]*\{\{?[^}]*:[^}]*\}")
# Their strings are for the log, or are patterns. `start` and `run`: the name of a task, for the log.
SILENT_CALLS = frozenset(
    {"debug", "info", "warning", "error", "exception", "critical", "compile", "start", "_run", "run"}
)
# Names of products, styles, keys, HTTP headers and folders; a command as it is typed; details for the log.
DATA = frozenset(
    {
        *("Reachline", "Reachline sandbox", "Harbour Parcels", "Fusion", "Del", "Esc", "Return", "Enter", "Row", "Key"),
        *("HTTP {} with an unreadable answer", "Reachline ended before the answer came"),
        *("Intercom", "{} (request {})", "pending {}", "day {}", "rule {}"),
        *("Authorization", "Bearer {}", "Fonts", "reachline {}", "reachline explain", "business: {}"),
        "<!DOCTYPE html>",
    }
)


def literal(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_for_people(node: ast.AST, *, raises_count: bool) -> bool:
    """Whether a string may be read on a screen, by the place where it stands."""
    previous = node
    for parent in parents(node):
        if isinstance(parent, ast.JoinedStr | ast.FormattedValue | ast.Assert):
            return False
        if isinstance(parent, ast.Expr) and parent.value is previous and previous is node:
            return False
        if isinstance(parent, ast.Raise) and not raises_count:
            return False
        if isinstance(parent, ast.Call) and previous is not parent.func:
            name = getattr(parent.func, "attr", getattr(parent.func, "id", ""))
            if name in SILENT_CALLS:
                return False
        if isinstance(parent, ast.stmt) and not isinstance(parent, ast.Raise):
            return True
        previous = parent
    return True


def sentences_in(path: Path, *, labels: bool) -> Iterator[tuple[int, str]]:
    for node in nodes_of(path):
        text = literal(node)
        if text is None or not is_for_people(node, raises_count=labels):
            continue
        if text in DATA or SQL.search(text) or STYLE_SHEET.search(text) or text.startswith("This plugin does not"):
            continue
        is_sentence = WORDS.search(text) if labels else SENTENCE.match(text) and not PATTERN.search(text)
        if is_sentence or (labels and LABEL.fullmatch(text)):
            yield getattr(node, "lineno", 0), text


def modules_of(layers: tuple[str, ...]) -> list[Path]:
    found = [m for m in MODULES if m.relative_to(ROOT / "desktop").parts[0].removesuffix(".py") in layers]
    return [m for m in found if shown(m) not in STORY + PROVIDERS_WORDS]


def sentences(layers: tuple[str, ...], *, labels: bool) -> dict[str, list[tuple[int, str]]]:
    return {shown(m): found for m in modules_of(layers) if (found := list(sentences_in(m, labels=labels)))}


def test_no_screen_has_a_sentence_of_its_own() -> None:
    assert sentences((*SCREENS, "__main__"), labels=True) == {}


def test_no_layer_below_the_screens_has_sentences() -> None:
    """It gives a code with parameters."""
    assert sentences(LAYERS, labels=False) == {}


def test_a_sentence_outside_the_catalogue_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "screen.py"
    path.write_text(
        '"""A docstring that is one."""\nlog.info("nobody reads this")\nlabel("Send")\nlabel(f"Sent to {name} now")\n'
        'raise ValueError("for the programmer")\n',
        encoding="utf-8",
    )
    assert [text for _, text in sentences_in(path, labels=True)] == ["Send", "Sent to {} now", "for the programmer"]
    assert [text for _, text in sentences_in(path, labels=False)] == ["Sent to {} now"]


# --- plain words ------------------------------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    r"\b("
    r"she|her|hers|herself|he|him|his|himself"
    r"|surely|past intercom|relay(s|ed)?|judged?|(un)?proven|mirror(s|ed)?|held|taken|took|echo(es)?|anew"
    r"|bridge code|package code|mapping|e-mails?|(the|a) bridge|not she|words?"
    r"|in the meantime|on purpose|come again|kept back|goes out|leave it as it is|for good"
    r"|will stand in|does not count|free-form"
    r")\b",
    re.IGNORECASE,
)
# One word for each idea; {name} stands for what is inserted.
DECIDED = {
    # A route: "through Twilio", "through Intercom"; channels are places, "on WhatsApp".
    "through": r"\bvia\b|\bat (Twilio|360dialog|\{(provider|route|account)\})|(\{recipient\},?|files) with \{",
    # Intercom's is "the Messenger" in a sentence, "Messenger" as a label; Facebook's has both words.
    "the Messenger": r"\bFacebook(?! Messenger)|(?<!the )(?<!Facebook )(?<!^)\bMessenger(?! conversation)\b.*\.$",
    # The program knows, counts, checks and sends as "we"; "Reachline" is what is installed, starts and saves. The team
    # is "your team".
    "we": r"Reachline( now| no longer)? (tr(y|ies)|checks?|counts?|sees?|sends?|warns?|expects?|knows?|finds?|looks?|"
    r"keeps looking|uses the|(doesn't|couldn't) (see|know|have|reach|read the answer))\b|\b[Ww]e (don't )?use Octopods",
    # "account" says whose: a channel account, or "your Twilio account".
    "channel account": r"\b([Tt]his|[Tt]hat|[Tt]he|[Yy]our) (connected )?account\b(?! SID)",
    # A phone number, a link, an email address or a web address.
    "number": r"(?<!email )(?<!web )\baddress",
    "start": r"\b([Bb]eg[aiu]n(s|ning)?|[Cc]ommenc)",
    "no longer": r"\banymore\b",
    "nobody": r"\b[Nn]o one\b",
    # Programs and companies respond; people answer and reply.
    "respond": r"(did|does)n't answer|answers? (from|in place)|(store|\)) answer(s|ed)\b",
    "code": r"\b[Aa]pp code",
    "pattern": r"(?<!a )[Rr]egular expression",
    # Its name stands in brackets: Windows Credential Manager, macOS Keychain, keyring.
    "password store": r"(?<!GNOME K)(?<!^k)eyring|[Cc]redential store",
    "British spelling": r"(ogniz|ganiz|thoriz|tomiz|nalyz|anceled|anceling|olor\b|enter of|icense\b)",
    "X (Twitter)": r"\bX\b(?! \(Twitter\))|(?<!X \()Twitter",
}
BARE_MINUTES = re.compile(r"\{\w+\}:\{\w+\}|\b\d{1,2}:\d{2}\b")
# Octopods' settings have an "SMS channel"; the characters of a longer text are counted by the SMS.
LONE_SMS = re.compile(r"^(?!.*\bcharacters?\b).*(?<!\()\bSMS\b(?!\)| channel)", re.DOTALL)


def messages() -> list[str]:
    """What the program says, in the catalogue; the tests have entries of their own, and the sample's people say it as
    people do.
    """
    found: list[str] = []
    for path in sorted(path for path in TEXT.rglob("*.py") if TEXT / "demo" / "sample" not in path.parents):
        for call in calls_of(nodes_of(path), "Text", "Plural"):
            strings = call.args[: 1 if getattr(call.func, "id", "") == "Text" else 2]
            found += [a.value for a in strings if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return found


def test_every_entry_is_in_plain_words() -> None:
    assert len(messages()) > 300
    assert [m for m in messages() if FORBIDDEN.search(m)] == []


@pytest.mark.parametrize("decided", DECIDED)
def test_one_idea_has_one_word(decided: str) -> None:
    names = re.compile(r"\{(address)\}")
    assert [m for m in messages() if re.search(DECIDED[decided], names.sub("{}", m))] == []


def test_no_countdown_reads_as_a_clock() -> None:
    assert [m for m in messages() if BARE_MINUTES.search(m)] == []


def test_a_text_message_is_called_so() -> None:
    assert [m for m in messages() if LONE_SMS.search(m) and m.endswith(".")] == []


def test_entries_are_typeset() -> None:
    """Curly quotation marks, a real ellipsis, no space before a mark, no doubled space."""
    wrong = re.compile(r"\.\.\.|\"|'[^']*'(?!\w)\B|\s[,.;:!?](\s|$)|[a-z]  [a-z]|^\s|\s$")
    assert [m for m in messages() if wrong.search(m)] == []


def test_forbidden_words_are_noticed() -> None:
    for text in ("Not visible in her WhatsApp.", "Intercom took it", "Your words", "The bridge code", "By e-mail"):
        assert FORBIDDEN.search(text), text
    for text in ("Here and there", "keywords", "The other", "Reopened", "shelter"):
        assert not FORBIDDEN.search(text), text
    assert BARE_MINUTES.search("{minutes}:{seconds}")
    assert LONE_SMS.search("An SMS is sent.")
    assert not LONE_SMS.search("A text message (SMS) is sent.")
