"""Makes order.json and the names of emoji in each language of the program.

npm install --prefix FOLDER cldr-annotations-full@47 cldr-annotations-derived-full@47 emojibase-data@16
python resources/emoji/make.py FOLDER/node_modules

Names and keywords: Unicode CLDR. Order, groups and skin tones: Emojibase. Their licences: LICENCES.txt.
"""

import json
import sys
from pathlib import Path

LANGUAGES = ("en", "es", "pt", "de", "fr", "ar")
GROUPS = {
    0: "smileys",
    1: "people",
    3: "animals",
    4: "food",
    5: "travel",
    6: "activities",
    7: "objects",
    8: "symbols",
    9: "flags",
}
NEWEST_VERSION = 15.1
"""Of Unicode's emoji: fonts of systems in use have no newer ones."""
MOST_KEYWORDS = 8

HERE = Path(__file__).parent
PRESENTATION = "\ufe0f"


def annotations(packages: Path, language: str) -> dict[str, tuple[str, list[str]]]:
    """Name and keywords by emoji, without the character that asks for a coloured picture."""
    found = {}
    for package, kind in (
        ("cldr-annotations-full", "annotations"),
        ("cldr-annotations-derived-full", "annotationsDerived"),
    ):
        path = packages / package / kind / language / "annotations.json"
        for emoji, given in json.loads(path.read_text("utf-8"))[kind]["annotations"].items():
            if "tts" in given:
                found[emoji.replace(PRESENTATION, "")] = given["tts"][0], given.get("default", [])
    return found


def written(entry: dict[str, object]) -> str:
    """As keyboards write it: what is a coloured picture by itself needs no character that asks for one."""
    emoji = str(entry["emoji"])
    is_alone = len(emoji) == 2 and entry["type"] == 1
    return emoji.removesuffix(PRESENTATION) if is_alone else emoji


def write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n", "utf-8")


def main() -> None:
    packages = Path(sys.argv[1])
    known = {language: annotations(packages, language) for language in LANGUAGES}
    data = json.loads((packages / "emojibase-data/en/data.json").read_text("utf-8"))
    listed = [
        e
        for e in sorted(data, key=lambda e: e.get("order", 0))
        if e.get("group") in GROUPS
        and e["version"] <= NEWEST_VERSION
        and all(e["emoji"].replace(PRESENTATION, "") in names for names in known.values())
    ]
    groups = [(key, " ".join(written(e) for e in listed if e["group"] == number)) for number, key in GROUPS.items()]
    tones = {}
    for e in listed:
        # Two people can have a tone each; the program asks for one.
        skins = {s["tone"]: s["emoji"] for s in e.get("skins", ()) if isinstance(s["tone"], int)}
        if len(skins) == 5:
            tones[written(e)] = " ".join(skins[tone] for tone in range(1, 6))
    write("order", {"groups": groups, "tones": tones})
    ordered = [emoji for _, line in groups for emoji in line.split(" ")]
    for language, names in known.items():
        found = [names[emoji.replace(PRESENTATION, "")] for emoji in ordered]
        # Words of the name find it anyway.
        keywords = [
            " ".join(
                list(dict.fromkeys(w for k in words for w in k.split() if w.casefold() not in name.casefold()))[
                    :MOST_KEYWORDS
                ]
            )
            for name, words in found
        ]
        write(language, {"names": [name for name, _ in found], "keywords": keywords})


main()
