"""Names of languages by their codes."""

from __future__ import annotations

from desktop.domain.content.translation import base_language
from desktop.text.catalog import Text

# Translators: languages, inside a sentence and in a list: "Translate into Spanish".
_NAMES = {
    "af": Text("Afrikaans"),
    "ar": Text("Arabic"),
    "az": Text("Azerbaijani"),
    "bg": Text("Bulgarian"),
    "bn": Text("Bengali"),
    "ca": Text("Catalan"),
    "cs": Text("Czech"),
    "da": Text("Danish"),
    "de": Text("German"),
    "el": Text("Greek"),
    "en": Text("English"),
    "eo": Text("Esperanto"),
    "es": Text("Spanish"),
    "et": Text("Estonian"),
    "eu": Text("Basque"),
    "fa": Text("Persian"),
    "fi": Text("Finnish"),
    "fr": Text("French"),
    "ga": Text("Irish"),
    "gl": Text("Galician"),
    "he": Text("Hebrew"),
    "hi": Text("Hindi"),
    "hu": Text("Hungarian"),
    "id": Text("Indonesian"),
    "it": Text("Italian"),
    "ja": Text("Japanese"),
    "ko": Text("Korean"),
    "lt": Text("Lithuanian"),
    "lv": Text("Latvian"),
    "ms": Text("Malay"),
    "nl": Text("Dutch"),
    "no": Text("Norwegian"),
    "pl": Text("Polish"),
    "pt": Text("Portuguese"),
    "ro": Text("Romanian"),
    "ru": Text("Russian"),
    "sk": Text("Slovak"),
    "sl": Text("Slovenian"),
    "sq": Text("Albanian"),
    "sr": Text("Serbian"),
    "sv": Text("Swedish"),
    "th": Text("Thai"),
    "tl": Text("Tagalog"),
    "tr": Text("Turkish"),
    "uk": Text("Ukrainian"),
    "ur": Text("Urdu"),
    "vi": Text("Vietnamese"),
    "zh": Text("Chinese"),
}
# Translators: languages as one region writes them.
_VARIANTS = {
    "en-gb": Text("English (British)"),
    "en-us": Text("English (American)"),
    "es-419": Text("Spanish (Latin America)"),
    "fr-ca": Text("French (Canada)"),
    "pt-br": Text("Portuguese (Brazil)"),
    "pt-pt": Text("Portuguese (Portugal)"),
    "pb": Text("Portuguese (Brazil)"),
    "zh-hans": Text("Chinese (simplified)"),
    "zh-hant": Text("Chinese (traditional)"),
    "zt": Text("Chinese (traditional)"),
}


def language_name(code: str) -> str:
    """The language's name; a code that is in no list as it is."""
    known = code.strip().casefold().replace("_", "-")
    entry = _VARIANTS.get(known) or _NAMES.get(base_language(known))
    return entry() if entry is not None else code
